import { backbones, type ModelFacts } from '@clas/backbones'
import { type Entry, unknownName } from '@clas/core'
import { summary } from '@clas/nn'
import { type Arguments, didYouMean, type OptionSpecs, parseNumber } from '../arguments.ts'
import { usageError } from '../usage-error.ts'

/** What lists and plots show of a model. */
export interface ModelRow {
  readonly name: string
  readonly family: string | undefined
  readonly paper: string | undefined
  readonly year: number | undefined
  readonly parameters: number
  /** Of convolutions and linear layers, for one picture. */
  readonly multiplyAdds: number
  readonly inputSize: number
  readonly top1: number | undefined
  readonly top5: number | undefined
}

/** The options that choose and order models. */
export const SELECT_OPTIONS: OptionSpecs = {
  family: { value: 'FAMILY', description: 'only models of this family' },
  'max-params': { value: 'N', description: 'at most so many parameters: 5M, 800K' },
  'max-flops': { value: 'N', description: 'at most so many multiply-adds for one picture: 300M, 4G' },
  'min-top1': { value: 'ACCURACY', description: 'a published top-1 of at least this: 0.75 or 75' },
  since: { value: 'YEAR', description: 'only models whose paper is of this year or later' },
  sort: {
    value: 'KEY',
    description: 'name, params, flops, year or top1 (best first); default: as they are registered',
  },
}

const SORTS = ['name', 'params', 'flops', 'year', 'top1'] as const

/** The models that a command line asks for. */
export function selectModels(args: Arguments): ModelRow[] {
  if (args.positionals.length > 1) throw usageError(`expected one PATTERN, found ${args.positionals.join(' ')}`)
  const maxParameters = amount(args, 'max-params')
  const maxMultiplyAdds = amount(args, 'max-flops')
  const accuracy = args.number('min-top1', { least: 0, most: 100 }) ?? 0
  const minTop1 = accuracy > 1 ? accuracy / 100 : accuracy
  const since = args.number('since', { whole: true })
  const sort = args.choice('sort', SORTS)
  const rows = byFamily(byName(args.positionals[0]), args.text('family'))
    .map(toRow)
    .filter(({ parameters }) => parameters <= maxParameters)
    .filter(({ multiplyAdds }) => multiplyAdds <= maxMultiplyAdds)
    .filter(({ top1 }) => minTop1 === 0 || (top1 ?? 0) >= minTop1)
    .filter(({ year }) => since === undefined || (year ?? 0) >= since)
  return sort ? rows.sort(ORDERS[sort]) : rows
}

/** The row of one model. */
export function modelRow(name: string): ModelRow {
  return toRow(backbones.get(name))
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

/** A model that was registered without counts is counted. */
function toRow({ name, facts }: ModelEntry): ModelRow {
  const { family, paper, year, inputSize, top1, top5 } = facts
  const counted = facts.parameters === undefined || facts.multiplyAdds === undefined ? count(name, inputSize) : facts
  const { parameters = 0, multiplyAdds = 0 } = counted
  return { name, family, paper, year, parameters, multiplyAdds, inputSize, top1, top5 }
}

function count(name: string, inputSize: number): { parameters: number; multiplyAdds: number } {
  const { parameters, layerMultiplyAdds } = summary(backbones.get(name).create(), [1, inputSize, inputSize, 3])
  return { parameters, multiplyAdds: layerMultiplyAdds }
}

const ORDERS: Readonly<Record<(typeof SORTS)[number], (a: ModelRow, b: ModelRow) => number>> = {
  name: (a, b) => (a.name < b.name ? -1 : 1),
  params: (a, b) => a.parameters - b.parameters,
  flops: (a, b) => a.multiplyAdds - b.multiplyAdds,
  year: (a, b) => (b.year ?? 0) - (a.year ?? 0),
  top1: (a, b) => (b.top1 ?? 0) - (a.top1 ?? 0),
}

/** A number with an ending: 5M is 5 million. No limit where the option wasn't given. */
function amount(args: Arguments, name: string): number {
  const text = args.text(name)
  if (text === undefined) return Number.POSITIVE_INFINITY
  const factor = { K: 1e3, M: 1e6, G: 1e9, B: 1e9 }[text.slice(-1).toUpperCase()]
  return parseNumber(`--${name}`, factor ? text.slice(0, -1) : text, { least: 0 }) * (factor ?? 1)
}
