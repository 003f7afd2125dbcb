import { createModel } from '@clas/backbones'
import { createRng, disposeVariables } from '@clas/core'
import { compileStep, useBackend } from '@clas/kernels'
import { apply, init } from '@clas/nn'
import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import type { Command } from '../command.ts'
import { importPlugins, PLUGIN_OPTION } from '../plugins.ts'
import { textTable } from '../table.ts'
import { BACKENDS } from '../training/settings.ts'
import { usageError } from '../usage-error.ts'
import { accuracyPlot, type PlotPoint } from '../zoo/accuracy-plot.ts'
import { type ModelRow, modelRow } from '../zoo/model-row.ts'
import { savePlot } from '../zoo/save-plot.ts'

interface Measured extends ModelRow {
  /** Median of a pass, for the whole batch. */
  readonly milliseconds: number
  readonly picturesPerSecond: number
}

/** `clas bench`: how fast models are on this machine. */
export const bench: Command = {
  name: 'bench',
  summary: 'measure how fast models are on this machine',
  usage: ['MODEL... [options]'],
  options: {
    batch: { value: 'N', description: 'pictures in a pass; default 1' },
    seconds: { value: 'N', description: 'to measure each model for; default 2' },
    backend: { value: 'NAME', description: 'tensorflow, wasm, webgpu or cpu; default: the best there is' },
    plot: { value: 'FILE', description: 'write published accuracy against this latency as .svg or .html' },
    plugin: PLUGIN_OPTION,
    json: { description: 'print JSON instead of a table' },
  },
  examples: ['clas bench PPLCNet_x1_0 ResNet50_vd', 'clas bench MobileNetV3_small_x1_0 --batch 16 --plot latency.html'],
  async run(args, io) {
    await importPlugins(args.texts('plugin'))
    if (args.positionals.length === 0) throw usageError('bench needs the name of a model: clas bench PPLCNet_x1_0')
    const rows = args.positionals.map(modelRow) // an unknown name ends it before anything is measured
    const batch = args.number('batch', { least: 1, whole: true }) ?? 1
    const seconds = args.number('seconds', { least: 0 }) ?? 2
    const backend = await useBackend(args.choice('backend', BACKENDS) ?? 'auto')
    const measured: Measured[] = []
    for (const row of rows) {
      io.signal?.throwIfAborted()
      const milliseconds = await latency(row, batch, seconds)
      measured.push({ ...row, milliseconds, picturesPerSecond: (1000 * batch) / milliseconds })
    }
    const where = { backend: backend.name, batch }
    io.stdout.write(
      args.has('json') ? `${JSON.stringify({ ...where, models: measured }, null, 2)}\n` : table(measured, where),
    )
    const file = args.text('plot')
    if (file !== undefined) io.stderr.write(await plot(file, measured, where))
    return 0
  },
}

/** The median time of a pass in evaluation mode, in milliseconds, with the read of its output. */
async function latency({ name, inputSize }: ModelRow, batch: number, seconds: number): Promise<number> {
  const model = createModel(name)
  const variables = init(model, createRng(1))
  const images = zeros([batch, inputSize, inputSize, 3])
  using pass = compileStep(
    ({ images, ...variables }: typeof inputs): Tensor => tidy(() => apply(model, variables, images).output),
  )
  const inputs = { ...variables, images }
  const once = async (): Promise<number> => {
    const start = performance.now()
    const output = pass(inputs)
    await output.data()
    const spent = performance.now() - start
    output.dispose()
    return spent
  }
  for (let i = 0; i < WARM_UP; i++) await once()
  const times: number[] = []
  const end = performance.now() + 1000 * seconds
  while (times.length < 3 || performance.now() < end) times.push(await once())
  disposeVariables(variables)
  images.dispose()
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number
}

/** Passes before any counts: a compiled one is recorded in the first two. */
const WARM_UP = 3

interface Where {
  readonly backend: string
  readonly batch: number
}

async function plot(file: string, measured: readonly Measured[], { backend, batch }: Where): Promise<string> {
  const points = measured.flatMap(({ name, top1, milliseconds, parameters }): PlotPoint[] =>
    top1 === undefined
      ? []
      : [{ name, top1, cost: milliseconds, details: `, ${(parameters / 1e6).toFixed(1)} M parameters` }],
  )
  if (points.length === 0) return 'no plot: none of these models has a published accuracy\n'
  const svg = accuracyPlot(points, {
    title: 'Published accuracy on ImageNet against latency on this machine',
    costLabel: `milliseconds for ${batch === 1 ? 'one picture' : `${batch} pictures`} on ${backend}`,
    format: (milliseconds) => `${Number(milliseconds.toPrecision(3))} ms`,
  })
  return `plot: ${await savePlot(file, svg)}\n`
}

function table(rows: readonly Measured[], { backend, batch }: Where): string {
  const head = `backend ${backend}, ${batch} ${batch === 1 ? 'picture' : 'pictures'} in a pass\n\n`
  const columns = ['parameters (M)', 'multiply-adds (M)', 'size', 'top-1 (%)', 'ms', 'pictures/s']
  return `${head}${textTable(
    [{ title: 'model' }, ...columns.map((title) => ({ title, align: 'right' as const }))],
    rows.map(({ name, parameters, multiplyAdds, inputSize, top1, milliseconds, picturesPerSecond }) => [
      name,
      (parameters / 1e6).toFixed(2),
      (multiplyAdds / 1e6).toFixed(1),
      String(inputSize),
      top1 === undefined ? '' : (100 * top1).toFixed(2),
      milliseconds.toFixed(1),
      picturesPerSecond.toFixed(1),
    ]),
  )}`
}
