import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRng } from '@clas/core'
import { decodeMutated, fixtures } from '../packages/backbones/src/weights/mutate.test-helper.ts'
import { machine } from './machine.ts'

// Reads damaged files of weights, a million by default: each decodes or says what is wrong where, or this ends with the
// error. Prints the counts, the slowest case, and the most memory that was in use after a case.

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
})
const cases = Number(values.cases)
const seed = Number(values.seed)
const names = Object.keys(fixtures)
const rng = createRng(seed)

const outcomes = Object.fromEntries(names.map((name) => [name, { decoded: 0, 'corrupt-file': 0, 'unsafe-file': 0 }]))
const total = { decoded: 0, 'corrupt-file': 0, 'unsafe-file': 0 }
let slowest = { milliseconds: 0, case: 0, file: '' }
let mostBytes = 0
const began = performance.now()

for (let i = 0; i < cases; i++) {
  const file = names[i % names.length] as string
  const start = performance.now()
  const outcome = await decodeMutated(file, rng.fork(i))
  const milliseconds = performance.now() - start
  total[outcome]++
  const own = outcomes[file]
  if (own) own[outcome]++
  if (milliseconds > slowest.milliseconds) slowest = { milliseconds: round(milliseconds), case: i, file }
  const { heapUsed, external } = process.memoryUsage()
  mostBytes = Math.max(mostBytes, heapUsed + external)
  if ((i + 1) % 100_000 === 0) console.log(`${i + 1} cases, ${Math.round((performance.now() - began) / 1000)} s`)
}

const seconds = round((performance.now() - began) / 1000)
const result = {
  date: new Date().toISOString(),
  machine: machine(),
  ...{ seed, cases, seconds, total, slowest },
  largestHeapBytes: mostBytes, // of JavaScript and its array buffers, garbage with them
  largestResidentBytes: process.resourceUsage().maxRSS * 1024,
  outcomes,
}
console.log(JSON.stringify({ cases, seconds, total, slowest, largestHeapMB: round(mostBytes / 1e6) }, null, 2))
const whole = fileURLToPath(new URL('./results/fuzz-weights.json', import.meta.url))
const out = values.out ?? (cases === 1_000_000 ? whole : undefined)
if (out !== undefined) writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`)

function round(value: number): number {
  return Math.round(value * 10) / 10
}
