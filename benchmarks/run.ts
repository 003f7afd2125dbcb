// `npm run bench`: what clas takes for training steps, inference and kernels on this machine, beside its peers.
// README.md says how to run it and how to read it.
import { availableParallelism } from 'node:os'
import { say } from './compare.ts'
import { compareKernels } from './compare-kernels.ts'
import { compareModels } from './compare-models.ts'
import { compareData } from './data.ts'
import { readDataOptions } from './data-options.ts'
import { ENGINES, type Engine } from './engines.ts'
import { machine } from './machine.ts'
import { obstacleTo } from './obstacles.ts'
import { readOptions } from './options.ts'
import type { Peaks } from './peaks.ts'
import type { Report } from './report.ts'
import { runJob } from './run-job.ts'
import { save } from './save.ts'
import { markdown } from './table.ts'
import { versions } from './versions.ts'

if (process.argv[2] === 'data') {
  await compareData(readDataOptions(process.argv.slice(3)))
  process.exit(0)
}
const options = readOptions()
const report: Report = {
  date: new Date().toISOString(),
  minutes: 0,
  machine: machine(),
  versions: await versions(),
  options,
  peaks: [],
  backends: {},
  rows: [],
  skipped: [],
  warnings: [],
}
// The same library on both sides, where none is named.
const tensorflow = process.env.CLAS_TENSORFLOW ?? report.versions.python?.tensorflowFolder
const environment = { ...(tensorflow && { CLAS_TENSORFLOW: tensorflow }) }

await measurePeaks()
console.log(markdown(report))
const engines = await availableEngines()
for (const work of ['training step', 'inference'] as const) {
  const part = work === 'inference' ? 'inference' : 'training'
  if (!options.only.includes(part)) continue
  const able = engines.filter((engine) => engine[part])
  for (const count of options.threads) await compareModels(work, count, able, report, environment)
}
if (options.only.includes('kernels')) {
  // Each in the better of its layouts.
  const able = engines.filter((engine) => engine.kernels).map((engine) => ({ ...engine, name: engine.column }))
  for (const count of options.threads) await compareKernels(count, able, report, environment)
}
console.log(`\n${save(report)}`)

async function measurePeaks(): Promise<void> {
  const counts = [...new Set([1, ...options.threads, availableParallelism()])].sort((a, b) => a - b)
  const answer = await runJob<readonly Peaks[]>({ work: 'peaks', threads: counts, quick: options.quick })
  if ('value' in answer) report.peaks = answer.value
  else say(report.skipped, `peaks: ${answer.unavailable}`, 'skipped')
}

async function availableEngines(): Promise<readonly Engine[]> {
  const found: Engine[] = []
  for (const engine of ENGINES) {
    const reason = await obstacleTo(engine, report, environment)
    if (reason === undefined) found.push(engine)
    else if (reason !== '') say(report.skipped, `${engine.name}: ${reason}`, 'skipped')
  }
  return found
}
