// `npm run bench`: what clas takes for kernels, training steps and inference on this machine, beside its peers.
// README.md says how to run it and how to read it.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createModel } from '@clas/backbones'
import { summary } from '@clas/nn'
import { compare, say } from './compare.ts'
import { ENGINES, type Engine } from './engines.ts'
import { KERNEL_CASES } from './kernels.ts'
import { machine } from './machine.ts'
import { CLASSES, MODEL_CASES } from './models.ts'
import { readOptions } from './options.ts'
import type { Peaks } from './peaks.ts'
import { type Report, saveJson } from './report.ts'
import { runJob } from './run-job.ts'
import { markdown } from './table.ts'
import { versions } from './versions.ts'

const options = readOptions()
const { quick, runs, seconds, rounds, threads } = options
const begun = performance.now()
const report: Report = {
  date: new Date().toISOString(),
  machine: machine(),
  versions: await versions(options.python),
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
for (const count of threads) {
  const here = engines.filter(({ onlyThreads }) => onlyThreads === undefined || onlyThreads === count)
  await compareKernels(count, here)
  await compareModels('training step', count, here)
  await compareModels('inference', count, here)
}
const text = markdown(report)
console.log(`\n${text}`)
saveJson(report)
if (options.out !== undefined) writeFileSync(join(options.out, 'bench.md'), text)
console.log(`${((performance.now() - begun) / 60_000).toFixed(1)} minutes`)

async function measurePeaks(): Promise<void> {
  const counts = [...new Set([1, ...threads, availableParallelism()])].sort((a, b) => a - b)
  const answer = await runJob<readonly Peaks[]>({ work: 'peaks', threads: counts, quick })
  if ('value' in answer) report.peaks = answer.value
  else say(report.skipped, `peaks: ${answer.unavailable}`, 'skipped')
}

async function availableEngines(): Promise<readonly Engine[]> {
  const found: Engine[] = []
  for (const engine of ENGINES) {
    const reason = await obstacleTo(engine)
    if (reason === undefined) found.push(engine)
    else if (reason !== '') say(report.skipped, `${engine.name}: ${reason}`, 'skipped')
  }
  return found
}

/** Why an engine can't be measured; empty where it isn't wanted. */
async function obstacleTo(engine: Engine): Promise<string | undefined> {
  const { side, library, name } = engine
  if (side === 'python') {
    const { python } = report.versions
    if (!python) return options.python ? `${name} needs Python` : ''
    const needed = library === 'onnxruntime' ? ['onnxruntime', 'torch', 'onnx', 'onnxscript'] : [library]
    const missing = needed.filter((each) => !python.packages[each])
    if (missing.length > 0) return `Python has no ${missing.join(', ')}; try \`pip install ${missing.join(' ')}\``
    if (library === 'onnxruntime') console.log('ONNX Runtime is measured through its Python package')
    return undefined
  }
  if (!options.backends.includes(library)) return ''
  const answer = await runJob<readonly string[]>({ work: 'probe', engine, threads: 1 }, environment)
  if ('unavailable' in answer) return answer.unavailable
  report.backends[name] = answer.value
  return undefined
}

async function compareKernels(count: number, all: readonly Engine[]): Promise<void> {
  const engines = all.filter((engine) => engine.kernels)
  for (const each of KERNEL_CASES) {
    const name = `${each.name}, ${each.pass}`
    if ((quick && !each.quick) || !wanted(`kernel ${name}`)) continue
    const { flops, bytes } = each
    await compare(
      {
        work: 'kernel',
        name,
        threads: count,
        cost: { ...(flops !== undefined && { flops }), ...(bytes !== undefined && { bytes }) },
        engines,
        rounds: 1,
        jobOf: (engine) => ({
          work: 'kernel',
          case: each,
          engine,
          threads: count,
          runs,
          seconds: Math.min(seconds, 0.5),
        }),
      },
      report,
      environment,
    )
  }
}

async function compareModels(
  work: 'training step' | 'inference',
  count: number,
  all: readonly Engine[],
): Promise<void> {
  const engines = all.filter((engine) => (work === 'inference' ? engine.inference : engine.training))
  for (const each of MODEL_CASES) {
    const batch = (quick && each.quickBatch) || each.batch
    const { model, size } = each
    const name = `${model} @${size}, batch ${batch}`
    if (!wanted(`${work} ${name}`)) continue
    const { parameters, multiplyAdds } = summary(createModel(model, { classes: CLASSES }), [batch, size, size, 3])
    // A gradient of a convolution or product multiplies as often as the forward pass, and there are two.
    const flops = 2 * multiplyAdds * (work === 'inference' ? 1 : 3)
    await compare(
      {
        ...{ work, name, threads: count, cost: { flops }, parameters, engines, rounds },
        jobOf: (engine) => ({ work, case: { ...each, batch }, engine, threads: count, runs, seconds }),
      },
      report,
      environment,
    )
  }
}

function wanted(line: string): boolean {
  return line.toLowerCase().includes(options.only)
}
