import { ClasError, isClasError } from '@clas/core'
import type { BatchTransform } from '../batch/batch-transform.ts'
import { createBatchTransform } from '../batch/batch-transforms.ts'
import { type Recipe, recipe } from '../compose/recipe.ts'
import { badOption } from '../options.ts'
import type { Transform, TransformSpec } from '../transform.ts'
import { createTransform } from '../transforms.ts'
import { AUGMENT_OPS } from './augment-ops.ts'
import { readBatchOp } from './batch-ops.ts'
import { GEOMETRY_OPS } from './geometry-ops.ts'
import { OpOptions } from './op-options.ts'
import type { ReadContext, ReadOp } from './read-op.ts'
import { specOf } from './spec-of.ts'
import { unknownOp } from './unknown-op.ts'
import { VALUE_OPS } from './value-ops.ts'

/** An op as parsed YAML has it: its name, and its options, null where there are none. */
export type PaddleOp = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>

/** The lists of a data set in a config of PaddleClas, as parsed. */
export interface TransformOps {
  readonly transform_ops?: readonly PaddleOp[] | null
  readonly batch_transform_ops?: readonly PaddleOp[] | null
}

/** The options of {@link readTransformOps}. */
export interface ReadTransformOpsOptions {
  /**
   * The epochs of progressive training (`Global.epochs` where `Global.train_mode` is `progressive`): sizes and magnitudes
   * then rise in its stages. Without it they stay at `size` and `magnitude`, as in PaddleClas.
   */
  readonly epochs?: number
}

const OPS: Readonly<Record<string, ReadOp>> = {
  ...VALUE_OPS,
  ...GEOMETRY_OPS,
  ...AUGMENT_OPS,
  RandomApply(options, context) {
    const inside = options.take('transforms')
    const transforms = listOf('RandomApply.transforms', inside).flatMap((op) => readOp(op, context))
    return [specOf('WithProbability', { p: options.number('p'), transform: specOf('Compose', { transforms }) })]
  },
}

/**
 * Makes the transforms of a config of PaddleClas: its lists `transform_ops` (or `Infer.transforms`) and
 * `batch_transform_ops`, unchanged.
 *
 * Pictures are RGB and height, width, channels throughout: DecodeImage and ToCHWImage do nothing, but for `to_rgb:
 * False`, which reverses the channels. Quotients in quotes (`scale: '1.0/255.0'`) are computed, nothing is evaluated.
 * Where PaddleClas differs from what its documentation says, the documentation goes: GridMask is applied, Cutout has a
 * fill. `output_fp16` is left out, as pictures are float32.
 *
 * @param ops - as a YAML parser gives them
 * @throws `unknown-name` for an op that there isn't, with the names that are near; `bad-option` for an option that an op
 *   doesn't have or that isn't in its range. Both say at which place of which list
 * @example
 * ```ts
 * import { formatTransform, readTransformOps } from '@clas/augment'
 * const { transform } = readTransformOps({
 *   transform_ops: [
 *     { DecodeImage: { to_rgb: true, channel_first: false } },
 *     { RandCropImage: { size: 224 } },
 *     { RandFlipImage: { flip_code: 1 } },
 *     { NormalizeImage: { scale: '1.0/255.0', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], order: '' } },
 *   ],
 * })
 * console.log(formatTransform(transform))
 * ```
 */
export function readTransformOps(ops: TransformOps, options: ReadTransformOpsOptions = {}): Recipe {
  const { transform_ops, batch_transform_ops } = ops
  const transforms = listOf('transform_ops', transform_ops ?? []).flatMap((op, i): Transform[] =>
    atPlace('transform_ops', i, op, () => readOp(op, options).map(createTransform)),
  )
  const batchTransforms = listOf('batch_transform_ops', batch_transform_ops ?? []).map(
    (op, i): BatchTransform =>
      atPlace('batch_transform_ops', i, op, () => createBatchTransform(readBatchOp(...entryOf(op)))),
  )
  return recipe(transforms, batchTransforms)
}

function readOp(op: unknown, context: ReadContext): readonly TransformSpec[] {
  const [name, values] = entryOf(op)
  const read = Object.hasOwn(OPS, name) ? OPS[name] : undefined
  if (!read) throw unknownOp('op', name, Object.keys(OPS))
  const options = new OpOptions(name, values)
  const specs = read(options, context)
  options.finish()
  return specs
}

function listOf(name: string, list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list
  throw new ClasError('bad-option', `${name} must be a list of ops, found ${JSON.stringify(list)}`, { name })
}

/** The name and the options of an op, which is a name alone or an object of one name. */
function entryOf(op: unknown): [string, unknown] {
  if (typeof op === 'string') return [op, null]
  const entries = typeof op === 'object' && op !== null ? Object.entries(op) : []
  const [entry] = entries
  if (entries.length === 1 && entry) return entry
  return badOption('an op', 'form', 'one name with its options', op)
}

function atPlace<T>(list: string, index: number, op: unknown, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (!isClasError(cause)) throw cause
    const [name] = typeof op === 'object' && op !== null ? Object.keys(op) : [String(op)]
    const place = `${list}[${index}]`
    throw new ClasError(cause.code, `${place}, ${name}: ${cause.message}`, { ...cause.fields, place }, { cause })
  }
}
