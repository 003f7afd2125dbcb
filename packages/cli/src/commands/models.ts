import { backbones } from '@clas/backbones'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import type { CommandIo } from '../io.ts'
import { importPlugins, PLUGIN_OPTION } from '../plugins.ts'
import { textTable } from '../table.ts'
import { accuracyPlot } from '../zoo/accuracy-plot.ts'
import { type ModelRow, SELECT_OPTIONS, selectModels } from '../zoo/model-row.ts'
import { savePlot } from '../zoo/save-plot.ts'

const COSTS = ['flops', 'params'] as const

/** `clas models`: what can be trained by name. */
export const models: Command = {
  name: 'models',
  summary: 'list the models, with their sizes and published accuracies',
  usage: ['[PATTERN] [options]'],
  options: {
    ...SELECT_OPTIONS,
    plot: { value: 'FILE', description: 'write accuracy against cost as .svg or .html, with the Pareto front marked' },
    cost: { value: 'COST', description: 'the axis of the plot: flops (default) or params' },
    plugin: PLUGIN_OPTION,
    json: { description: 'print JSON instead of a table, with preprocessing' },
  },
  examples: [
    'clas models',
    'clas models "MobileNetV3*" --sort top1',
    'clas models --max-params 5M --min-top1 75 --sort top1',
    'clas models --plot models.html',
  ],
  async run(args, io) {
    await importPlugins(args.texts('plugin'))
    const rows = selectModels(args)
    if (rows.length === 0) {
      io.stderr.write('no model fits these options\n')
      return 1
    }
    await plot(rows, args, io)
    io.stdout.write(args.has('json') ? `${JSON.stringify(rows.map(withPreprocessing), null, 2)}\n` : table(rows))
    return 0
  },
}

async function plot(rows: readonly ModelRow[], args: Arguments, io: CommandIo): Promise<void> {
  const cost = args.choice('cost', COSTS) ?? 'flops'
  const file = args.text('plot')
  if (file === undefined) return
  const known = rows.flatMap(({ top1, ...row }) => (top1 === undefined ? [] : [{ ...row, top1 }]))
  if (known.length === 0) {
    io.stderr.write('no plot: none of these models has a published accuracy\n')
    return
  }
  const points = known.map(({ name, top1, parameters, multiplyAdds, inputSize }) => ({
    name,
    top1,
    cost: cost === 'flops' ? multiplyAdds : parameters,
    details: `, ${short(cost === 'flops' ? parameters : multiplyAdds)} ${cost === 'flops' ? 'parameters' : 'multiply-adds'}, ${inputSize} pixels`,
  }))
  const costLabel = cost === 'flops' ? 'multiply-adds for one picture' : 'parameters'
  const svg = accuracyPlot(points, { title: 'Published accuracy on ImageNet', costLabel, format: short })
  io.stderr.write(`plot: ${await savePlot(file, svg)}\n`)
}

function withPreprocessing(row: ModelRow) {
  const { resizeShort, ...preprocessing } = backbones.get(row.name).create().preprocessing
  const cropRatio = Math.round((1e4 * row.inputSize) / resizeShort) / 1e4
  return { ...row, preprocessing: { resizeShort, cropRatio, ...preprocessing } }
}

/** 950, 12 K, 1.5 M or 3.25 G. */
function short(value: number): string {
  const [factor, unit] = value < 1e3 ? [1, ''] : value < 1e6 ? [1e3, ' K'] : value < 1e9 ? [1e6, ' M'] : [1e9, ' G']
  return `${Number((value / factor).toPrecision(3))}${unit}`
}

function table(rows: readonly ModelRow[]): string {
  const millions = (value: number): string => (value / 1e6).toFixed(value < 1e7 ? 2 : 1)
  return textTable(
    [
      { title: 'model' },
      { title: 'parameters (M)', align: 'right' },
      { title: 'multiply-adds (M)', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'top-1 (%)', align: 'right' },
      { title: 'year', align: 'right' },
    ],
    rows.map(({ name, parameters, multiplyAdds, inputSize, top1, year }) => [
      name,
      millions(parameters),
      millions(multiplyAdds),
      String(inputSize),
      top1 === undefined ? '' : (top1 * 100).toFixed(2),
      year === undefined ? '' : String(year),
    ]),
  )
}
