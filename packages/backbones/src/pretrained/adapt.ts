import type { ArrayRecord, Rng, StateDict } from '@clas/core'
import {
  type Buffer,
  compareStateDict,
  type Parameter,
  type StateDictLayout,
  stateDictShapes,
  toClasLayout,
  walk,
} from '@clas/nn'
import type { Model } from '../model.ts'
import { adaptChannels } from './adapt-channels.ts'
import { resizePositions } from './resize-positions.ts'

/** How weights are made to fit. */
export interface AdaptOptions {
  /** Where a new classifier's first values come from. */
  readonly rng: Rng
  /** How the axes of the arrays are ordered; default `clas`. */
  readonly layout?: StateDictLayout
}

/** What became of weights that were made to fit. */
export interface AdaptReport {
  /** Keys whose arrays are as they were. */
  readonly copied: readonly string[]
  /** Keys whose arrays were changed, and how: `input channels 3 to 1`, `grid 14 to 24`. */
  readonly adapted: readonly { readonly key: string; readonly change: string }[]
  /** Keys that begin anew: of classifiers for another number of classes. */
  readonly initialised: readonly string[]
  /** Keys that the model has no use for. */
  readonly leftOver: readonly string[]
}

/** Weights that were made to fit. */
export interface AdaptedStateDict {
  /** In the layout `clas`. */
  readonly arrays: StateDict
  readonly report: AdaptReport
}

/**
 * Makes weights fit a model of the same architecture with other classes, other pictures or another picture size.
 *
 * - Classifiers (`model.classifier`, `model.auxiliary`) for another number of classes, or absent, begin anew.
 * - Convolutions that read the picture are summed for one channel, else repeated and scaled by the ratio of the numbers.
 * - Position embeddings and tables of relative positions of a square grid are resized with cubic interpolation.
 * - Tables that never change are the model's own.
 *
 * What still does not fit stays in the result as it was, for `loadStateDict` to say.
 *
 * @param model - what the weights are to fit
 * @param stateDict - arrays under the model's keys
 * @returns arrays in the layout `clas` for `loadStateDict`, and what became of each
 * @example
 * ```ts
 * import { adaptStateDict, PPLCNet_x0_25 } from '@clas/backbones'
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init, loadStateDict, toStateDict } from '@clas/nn'
 * await useBackend('cpu')
 * const published = await toStateDict(init(PPLCNet_x0_25(), createRng(1)))
 * const model = PPLCNet_x0_25({ classes: 10, inChannels: 1 })
 * const { arrays, report } = adaptStateDict(model, published, { rng: createRng(2) })
 * console.log(report.initialised, report.adapted) // fc.weight, fc.bias; conv1.conv.weight: input channels 3 to 1
 * const variables = loadStateDict(model, arrays)
 * ```
 */
export function adaptStateDict(model: Model, stateDict: StateDict, options: AdaptOptions): AdaptedStateDict {
  const { rng, layout = 'clas' } = options
  const found = toClasLayout(model, stateDict, layout)
  const parts = [...walk(model)].filter((entry): entry is ArrayPart => entry[1].part !== 'module')
  const anew = changedClassifiers(model, found)
  const channels = channelsOf(parts, found)
  const arrays: Record<string, ArrayRecord> = {}
  const copied: string[] = []
  const adapted: { key: string; change: string }[] = []
  const initialised: string[] = []
  for (const [key, part] of parts) {
    const array = found[key]
    const fits = array !== undefined && equal(array.shape, part.shape)
    if (isConstant(key, part)) {
      arrays[key] = ownValues(key, part, rng)
    } else if (!fits && anew.some((path) => key.startsWith(`${path}.`))) {
      arrays[key] = ownValues(key, part, rng)
      initialised.push(key)
    } else if (fits) {
      arrays[key] = array
      copied.push(key)
    } else if (array) {
      const change = adaptChannels(part, array, channels) ?? adaptGrid(key, part, array)
      arrays[key] = change?.array ?? array
      if (change) adapted.push({ key, change: change.change })
    }
  }
  const leftOver = Object.keys(found).filter((key) => !(key in arrays))
  const { missing, shapes } = compareStateDict(model, arrays)
  const whole = missing.length === 0 && shapes.length === 0
  return { arrays: whole ? arrays : { ...found, ...arrays }, report: { copied, adapted, initialised, leftOver } }
}

type ArrayPart = [key: string, part: Parameter | Buffer]

/** Whether values are neither learned nor running statistics. A file's indices are not to be trusted. */
function isConstant(key: string, part: Parameter | Buffer): boolean {
  return part.part === 'buffer' && !/(^|\.)(_mean|_variance|running_mean|running_var)$/.test(key)
}

function ownValues(key: string, part: Parameter | Buffer, rng: Rng): ArrayRecord {
  const values = part.initializer(part.shape, rng.fork(key))
  return {
    shape: part.shape,
    data: part.part === 'buffer' && part.dtype === 'int32' ? Int32Array.from(values) : values,
  }
}

/** The paths of classifiers of which the file has nothing, or only the number of classes differs. */
function changedClassifiers(model: Model, found: StateDict): string[] {
  const expected = Object.entries(stateDictShapes(model))
  const paths = [...(model.classifier === undefined ? [] : [model.classifier]), ...(model.auxiliary ?? [])]
  return paths.filter((path) => {
    const own = expected.filter(([key]) => key.startsWith(`${path}.`))
    const absent = own.every(([key]) => !(key in found))
    const others = own.every(([key, shape]) => equal(found[key]?.shape.slice(0, -1) ?? [], shape.slice(0, -1)))
    return absent || others
  })
}

/** Channels of the pictures that the first convolution reads: the file's and the model's. */
function channelsOf(parts: readonly ArrayPart[], found: StateDict): readonly [from: number, to: number] {
  const [key = '', part] = parts.find(([, part]) => part.part === 'parameter' && part.layout === 'conv') ?? []
  return [found[key]?.shape[2] ?? 0, part?.shape[2] ?? 0]
}

const POSITIONS = /(^|[._])(pos_embed\d*|patch_pos|positional_embedding|relative_position_bias_table)$/

/** Resizes positions of a square grid, with up to two rows before it, that both have. */
function adaptGrid(
  key: string,
  part: Parameter | Buffer,
  array: ArrayRecord,
): { array: ArrayRecord; change: string } | undefined {
  const [rows = 0, wanted = 0] = [array.shape.at(-2), part.shape.at(-2)]
  const sameBut = equal(array.shape.toSpliced(-2, 1), part.shape.toSpliced(-2, 1))
  const extra = [0, 1, 2].find((extra) => [rows, wanted].every((count) => Number.isInteger(Math.sqrt(count - extra))))
  if (!POSITIONS.test(key) || !sameBut || extra === undefined) return undefined
  const [from, to] = [Math.sqrt(rows - extra), Math.sqrt(wanted - extra)]
  return { array: resizePositions(array, extra, from, to), change: `grid ${from} to ${to}` }
}

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i])
