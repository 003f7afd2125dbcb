// `npm run parity`: every model on every backend that is there, against what PaddlePaddle computes for it. Writes
// results/parity.json and docs/models.md, which lists no model whose checks do not all pass.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { backbones } from '@clas/backbones'
import { machine } from './machine.ts'
import { modelsPage } from './models-page.ts'
import { type Check, MEMORY_IS_FULL, type ParityLine, type Results } from './parity-line.ts'
import { publishedReferences } from './references.ts'

const { values: options } = parseArgs({
  options: {
    /** Names of models, as an expression; results of the others stay as they are. */
    only: { type: 'string', default: '.*' },
    backends: { type: 'string', default: 'wasm,tensorflow' },
    checks: { type: 'string', default: 'evaluation,training,gradients' },
  },
})

const CHECKS = { evaluation: [], training: ['--train'], gradients: ['--gradients'] } as const
const file = fileURLToPath(new URL('results/parity.json', import.meta.url))
const before = read(file)
const results: Results = before?.results ?? {}
const only = new RegExp(`^(?:${options.only})$`)
let failed = 0
for (const backend of options.backends.split(',')) {
  for (const check of options.checks.split(',') as Check[]) {
    // Once is enough, as the gradients of kernels are compared by their own tests; unless it is asked for.
    if (check === 'gradients' && backend !== 'wasm' && options.checks.includes(',')) continue
    await runAll(backend, check)
    save()
  }
}
console.log(failed === 0 ? 'all agree' : `${failed} do not agree`)
process.exitCode = failed > 0 ? 1 : 0

/** After each check: a whole run takes most of an hour. */
function save(): void {
  writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), machine: machine(), results }, null, 1)}\n`)
  writeFileSync(fileURLToPath(new URL('../docs/models.md', import.meta.url)), modelsPage(backbones.list(), results))
}

/** Runs one check of all models, in as many processes as memory asks for. */
async function runAll(backend: string, check: Check): Promise<void> {
  let pending = namesFor(check).filter((name) => only.test(name))
  const found: Record<string, ParityLine> = { ...results[backend]?.[check] }
  while (pending.length > 0) {
    const { lines, status, errors } = await runProcess(backend, check, pending)
    if (lines.length === 0 && /can't be used|not found|no TensorFlow/i.test(errors)) {
      console.log(
        `skipped ${backend}: ${errors.split('\n').find((line) => line.includes('Error')) ?? errors.slice(0, 200)}`,
      )
      return
    }
    for (const line of lines) found[line.model] = line
    const done = new Set(lines.map(({ model }) => model))
    const left = pending.filter((name) => !done.has(name))
    const [next] = left
    if (next !== undefined && status !== MEMORY_IS_FULL) {
      const problem = `the process ended with ${status}: ${errors.trim().split('\n').at(-1) ?? ''}`
      found[next] = { model: next, problems: [problem], seconds: 0 }
      console.log(`FAILED ${backend} ${check} ${next}: ${problem}`)
      failed++
    }
    pending = status === MEMORY_IS_FULL ? left : left.slice(1)
  }
  results[backend] = { ...results[backend], [check]: found }
}

/** Models that the check knows: those with a reference, or all. */
function namesFor(check: Check): string[] {
  const all = backbones.list().map(({ name }) => name)
  if (check === 'gradients') return all
  const known = publishedReferences(check === 'training')
  return all.filter((name) => known.has(name)).sort()
}

interface Ended {
  readonly lines: readonly ParityLine[]
  readonly status: number | null
  readonly errors: string
}

function runProcess(backend: string, check: Check, names: readonly string[]): Promise<Ended> {
  const script = fileURLToPath(new URL('parity.ts', import.meta.url))
  const args = ['--import', 'tsx', script, '--json', '--backend', backend, '--only', names.join('|'), ...CHECKS[check]]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: ParityLine[] = []
  let rest = ''
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
  })
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts.filter((each) => each.startsWith('{'))) {
      const line = JSON.parse(part) as ParityLine
      lines.push(line)
      if (line.problems.length > 0) failed++
      const error = line.error === undefined ? '' : `, error ${line.error.toExponential(1)}`
      const problems = line.problems.length > 0 ? `: ${line.problems.slice(0, 3).join('; ')}` : ''
      const mark = line.problems.length > 0 ? 'FAILED' : 'ok    '
      console.log(`${mark} ${backend} ${check} ${line.model}, ${line.seconds.toFixed(1)} s${error}${problems}`)
    }
  })
  return new Promise((resolve) => child.on('close', (status) => resolve({ lines, status, errors })))
}

function read(path: string): { readonly results: Results } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { readonly results: Results }
  } catch {
    return undefined
  }
}
