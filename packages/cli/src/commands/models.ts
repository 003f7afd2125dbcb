import { backbones, type ModelFacts } from '@clas/backbones'
import { type Entry, unknownName } from '@clas/core'
import { summary } from '@clas/nn'
import { type Arguments, didYouMean, parseNumber } from '../arguments.ts'
import type { Command } from '../command.ts'
import { importPlugins, PLUGIN_OPTION } from '../plugins.ts'
import { textTable } from '../table.ts'
import { usageError } from '../usage-error.ts'

/** One line of the table, and of the JSON. */
interface ModelRow {
  readonly name: string
  readonly family: string | undefined
  readonly parameters: number
  readonly multiplyAdds: number
  readonly inputSize: number
  readonly top1: number | undefined
}

const SORTS = ['name', 'params', 'flops', 'top1'] as const

/** `clas models`: what can be trained by name. */
export const models: Command = {
  name: 'models',
  summary: 'list the models, with their sizes and published accuracies',
  usage: ['[PATTERN] [options]'],
  options: {
    family: { value: 'FAMILY', description: 'only models of this family' },
    'max-params': { value: 'N', description: 'at most so many parameters: 5M, 800K' },
    'max-flops': { value: 'N', description: 'at most so many multiply-adds for one picture: 300M, 4G' },
    'min-top1': { value: 'FRACTION', description: 'a published top-1 of at least this, 0 to 1' },
    sort: { value: 'KEY', description: 'name, params, flops or top1 (best first); default: as they are registered' },
    plugin: PLUGIN_OPTION,
    json: { description: 'print JSON instead of a table' },
  },
  examples: ['clas models', 'clas models "MobileNetV3*" --sort top1', 'clas models --max-params 5M --min-top1 0.7'],
  async run(args, io) {
    await importPlugins(args.texts('plugin'))
    const rows = select(args)
    if (args.has('json')) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    else if (rows.length > 0) io.stdout.write(table(rows))
    if (rows.length === 0) io.stderr.write('no model fits these options\n')
    return rows.length > 0 ? 0 : 1
  },
}

function select(args: Arguments): ModelRow[] {
  if (args.positionals.length > 1) throw usageError(`expected one PATTERN, found ${args.positionals.join(' ')}`)
  const maxParameters = amount(args, 'max-params')
  const maxMultiplyAdds = amount(args, 'max-flops')
  const minTop1 = args.number('min-top1', { least: 0, most: 1 }) ?? 0
  const sort = args.choice('sort', SORTS)
  const named = byName(args.positionals[0])
  const rows = byFamily(named, args.text('family'))
    .map(toRow)
    .filter(({ parameters }) => parameters <= maxParameters)
    .filter(({ multiplyAdds }) => multiplyAdds <= maxMultiplyAdds)
    .filter(({ top1 }) => minTop1 === 0 || (top1 ?? 0) >= minTop1)
  return sort ? rows.sort(ORDERS[sort]) : rows
}

type ModelEntry = Entry<unknown, ModelFacts>

/** A pattern with `*` is for the whole name, one without for a part of it. */
function byName(pattern: string | undefined): readonly ModelEntry[] {
  const all = backbones.list()
  if (pattern === undefined) return all
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(parts.length === 1 ? (parts[0] ?? '') : `^${parts.join('.*')}$`, 'i')
  const found = all.filter(({ name }) => expression.test(name))
  if (found.length > 0) return found
  throw unknownName(
    'model',
    pattern,
    all.map(({ name }) => name),
  )
}

function byFamily(entries: readonly ModelEntry[], family: string | undefined): readonly ModelEntry[] {
  if (family === undefined) return entries
  const families = [...new Set(backbones.list().flatMap(({ facts }) => facts.family ?? []))]
  if (!families.some((known) => known.toLowerCase() === family.toLowerCase())) {
    const hint = didYouMean(family, families) || `; there are ${families.join(', ')}`
    throw usageError(`there is no family '${family}'${hint}`)
  }
  return entries.filter(({ facts }) => facts.family?.toLowerCase() === family.toLowerCase())
}

function toRow({ name, facts }: ModelEntry): ModelRow {
  const { family, inputSize, top1 } = facts
  const { parameters, multiplyAdds } = summary(backbones.get(name).create(), [1, inputSize, inputSize, 3])
  return { name, family, parameters, multiplyAdds, inputSize, top1 }
}

const ORDERS: Readonly<Record<(typeof SORTS)[number], (a: ModelRow, b: ModelRow) => number>> = {
  name: (a, b) => (a.name < b.name ? -1 : 1),
  params: (a, b) => a.parameters - b.parameters,
  flops: (a, b) => a.multiplyAdds - b.multiplyAdds,
  top1: (a, b) => (b.top1 ?? 0) - (a.top1 ?? 0),
}

/** A number with an ending: 5M is 5 million. No limit where the option wasn't given. */
function amount(args: Arguments, name: string): number {
  const text = args.text(name)
  if (text === undefined) return Number.POSITIVE_INFINITY
  const factor = { K: 1e3, M: 1e6, G: 1e9, B: 1e9 }[text.slice(-1).toUpperCase()]
  return parseNumber(`--${name}`, factor ? text.slice(0, -1) : text, { least: 0 }) * (factor ?? 1)
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
    ],
    rows.map(({ name, parameters, multiplyAdds, inputSize, top1 }) => [
      name,
      millions(parameters),
      millions(multiplyAdds),
      String(inputSize),
      top1 === undefined ? '' : (top1 * 100).toFixed(2),
    ]),
  )
}
