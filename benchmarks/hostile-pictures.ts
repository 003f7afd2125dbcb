import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { decoders } from '../packages/data/src/decode/decoders.ts'
import type { HostileJob, HostilePart } from './hostile-child.ts'
import { machine } from './machine.ts'

// Decodes hostile pictures, 100,000 by default, by every library that is there: each must decode or be refused with its name.
// In processes of their own: a crash or a hang is counted, named by its case, and the rest goes on. Prints the counts, the
// slowest case and the most memory.

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '4' },
    out: { type: 'string' },
  },
})
const cases = Number(values.cases)
const seed = Number(values.seed)
const folder = mkdtempSync(join(tmpdir(), 'clas-hostile-'))
const progress = join(folder, 'progress')

const counts: Record<string, Record<string, number>> = {}
const failures: { readonly case: number; readonly library: number; readonly end: string }[] = []
let slowest: HostilePart['slowest'] = { milliseconds: 0, case: 0, kind: '', library: '' }
let [next, heapBytes, residentBytes] = [0, 0, 0]
const began = performance.now()

while (next < cases) {
  const end = await run({ seed, from: next, to: cases, skipped: failures.map((each) => each.case), progress })
  if (end === undefined) break
  const [at = -1, library = -1] = new Int32Array(readFileSync(progress).buffer, 0, 2)
  failures.push({ case: at, library, end })
  console.log(`case ${at}: ${end}`)
  if (failures.length > 100) break
}
rmSync(folder, { recursive: true })

const seconds = Math.round((performance.now() - began) / 100) / 10
const decodings = Object.values(counts).flatMap((each) => Object.values(each))
const total = {
  files: next,
  decodings: decodings.reduce((sum, count) => sum + count, 0),
  ...Object.fromEntries(
    ['decoded', 'refused by its header', 'refused by the decoder'].map((outcome) => [outcome, sum(outcome)]),
  ),
  'crashed or hung': failures.length,
}
const libraries = (await decoders()).map(({ format, library, state }) => `${format}: ${library}, ${state}`)
const result = {
  date: new Date().toISOString(),
  machine: machine(),
  ...{ seed, seconds, total, slowest, failures },
  largestHeapBytes: heapBytes, // of JavaScript and its array buffers, garbage with them
  largestResidentBytes: residentBytes, // of a process, native memory with it
  ...{ libraries, counts: Object.fromEntries(Object.entries(counts).sort()) },
}
console.log(JSON.stringify({ seconds, total, slowest, failures, heapBytes, residentBytes }, null, 2))
const whole = fileURLToPath(new URL('./results/hostile-pictures.json', import.meta.url))
const out = values.out ?? (cases === 100_000 ? whole : undefined)
if (out !== undefined) writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`)
process.exitCode = failures.length > 0 ? 1 : 0

function sum(outcome: string): number {
  return Object.values(counts).reduce((all, own) => all + (own[outcome] ?? 0), 0)
}

/** Runs cases in a process until all are done, or says how it ended before. */
function run(job: HostileJob): Promise<string | undefined> {
  const script = fileURLToPath(new URL('./hostile-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{"next"')) add(JSON.parse(line) as HostilePart)
  })
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined)
      else resolve(signal ?? (code === 2 ? 'hung' : `ended with ${code}`))
    })
  })
}

function add(part: HostilePart): void {
  next = part.next
  heapBytes = Math.max(heapBytes, part.heapBytes)
  residentBytes = Math.max(residentBytes, part.residentBytes)
  if (part.slowest.milliseconds > slowest.milliseconds) slowest = part.slowest
  for (const [key, outcomes] of Object.entries(part.counts)) {
    const own = { ...counts[key] }
    for (const [outcome, count] of Object.entries(outcomes)) own[outcome] = (own[outcome] ?? 0) + count
    counts[key] = own
  }
  if (next % 10_000 === 0) console.log(`${next} files, ${Math.round((performance.now() - began) / 1000)} s`)
}
