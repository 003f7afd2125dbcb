import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Every ```ts block of the packages' TSDoc and of the READMEs runs as it stands, on the built packages. A block that
// can't run by itself, because it needs a folder of photos, begins with `// sketch` and is counted.

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache/docs-examples')

interface Example {
  /** `file:line` of the first line of code. */
  readonly at: string
  readonly code: string
}

/** Imports the files that it is given one after the other, and writes `{ file, error }` lines to a file. */
const RUNNER = `
import { appendFileSync } from 'node:fs'
import { inspect } from 'node:util'
const [report, ...files] = process.argv.slice(2)
const tell = (file, error) => appendFileSync(report, JSON.stringify({ file, error }) + '\\n')
let current = ''
process.on('unhandledRejection', (error) => tell(current, inspect(error)))
process.stdout.write = process.stderr.write = (_, ...rest) => (rest.findLast((f) => typeof f === 'function')?.(), true)
for (current of files) {
  try {
    await import(current)
    tell(current, null)
  } catch (error) {
    tell(current, inspect(error))
  }
}
process.exit(0)
`

const examples = await findExamples()
const sketches = examples.filter(({ code }) => /^\/\/ sketch\b/.test(code))
const runnable = examples.filter((example) => !sketches.includes(example) && /^\s*import\b/m.test(example.code))
const errors = new Map<string, string | null>()
let work = ''

beforeAll(async () => {
  await rm(cache, { recursive: true, force: true })
  await mkdir(cache, { recursive: true })
  work = await mkdtemp(join(tmpdir(), 'docs-examples-'))
  const files = await Promise.all(
    runnable.map(async ({ at, code }) => {
      const file = join(cache, `${at.replace(/[^\w.-]+/g, '_')}.mjs`)
      await writeFile(file, transpile(code))
      return file
    }),
  )
  const runner = join(cache, 'runner.mjs')
  const report = join(cache, 'report.jsonl')
  await writeFile(runner, RUNNER)
  const { NODE_OPTIONS: _, ...env } = process.env
  const died = await promisify(execFile)(process.execPath, [runner, report, ...files], {
    cwd: work,
    env,
    timeout: 90_000,
  })
    .then(() => undefined)
    .catch((error: unknown) => String(error))
  const lines = (await readFile(report, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
  for (const { file, error } of lines.map((line) => JSON.parse(line) as { file: string; error: string | null })) {
    const { at } = runnable[files.indexOf(file)] ?? { at: file }
    errors.set(at, errors.get(at) ?? error)
  }
  const first = runnable.find(({ at }) => !errors.has(at))
  if (first) errors.set(first.at, `the process ended here: ${died ?? 'without an error'}`)
}, 100_000)

afterAll(async () => {
  await rm(work, { recursive: true, force: true })
  await rm(cache, { recursive: true, force: true })
})

describe('examples in the documentation', () => {
  test('are found', () => {
    const without = examples.length - sketches.length - runnable.length
    console.log(
      `${examples.length} examples: ${runnable.length} run, ${sketches.length} sketches, ${without} import nothing`,
    )
    expect(runnable.length).toBeGreaterThan(0)
  })

  for (const { at } of runnable) {
    test(`${at} runs`, () => {
      const error = errors.get(at)
      if (error !== null) expect.fail(`${at}: ${error ?? 'did not run, as an example before it ended the process'}`)
    })
  }
})

async function findExamples(): Promise<Example[]> {
  const paths = ['README.md']
  for (const name of (await readdir(join(root, 'packages'))).sort()) {
    paths.push(`packages/${name}/README.md`)
    const source = join(root, 'packages', name, 'src')
    const files = await readdir(source, { recursive: true }).catch(() => [])
    const documented = files.filter((file) => file.endsWith('.ts') && !/\.test(-helper)?\.ts$/.test(file)).sort()
    paths.push(...documented.map((file) => relative(root, join(source, file))))
  }
  const found = await Promise.all(
    paths.map(async (path) => blocksOf(path, await readFile(join(root, path), 'utf8').catch(() => ''))),
  )
  return found.flat()
}

/** The fenced blocks of a text; in TypeScript those of its doc comments, without the comment's stars. */
function blocksOf(path: string, text: string): Example[] {
  const inComment = path.endsWith('.ts')
  const open = inComment ? /^\s*\* ```ts\s*$/ : /^```ts\s*$/
  const close = inComment ? /^\s*\* ```\s*$/ : /^```\s*$/
  const found: Example[] = []
  let block: { line: number; lines: string[] } | undefined
  text.split('\n').forEach((line, i) => {
    if (!block) {
      if (open.test(line)) block = { line: i + 2, lines: [] }
    } else if (close.test(line)) {
      found.push({ at: `${path}:${block.line}`, code: block.lines.join('\n') })
      block = undefined
    } else block.lines.push(inComment ? line.replace(/^\s*\* ?/, '') : line)
  })
  return found
}

function transpile(code: string): string {
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  }
  return ts.transpileModule(code, { compilerOptions }).outputText
}
