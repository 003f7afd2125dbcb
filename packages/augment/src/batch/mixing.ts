import { ClasError, type Rng } from '@clas/core'
import type { Rectangle } from '../image.ts'
import { badOption, numberOption } from '../options.ts'
import type { BatchInfo, BatchTransform, ImageBatch } from './batch-transform.ts'

/** When a batch is mixed: options of each transform that mixes. */
export interface MixingOptions {
  /** The part of batches that is mixed, 0 to 1. 1 unless told. */
  readonly p?: number
  /** The epoch, from 0, from which on nothing is mixed: timm's `--mixup-off-epoch`. None unless told. */
  readonly offEpoch?: number
}

/** What every mixing with one other picture draws. */
export interface MixingParameters {
  /** For each picture the index of the one that is mixed in. */
  readonly order: readonly number[]
  /** The part of a picture's label that stays, 0 to 1. */
  readonly lambda: number
}

/** What a mixing is made of. */
interface Mixing<P extends MixingParameters> {
  readonly name: string
  readonly options: MixingOptions
  readonly sample: (rng: Rng, info: BatchInfo) => P
  /** Writes the new pictures into `out`, all of it. */
  readonly mix: (batch: ImageBatch, parameters: P, out: Float32Array) => void
}

/**
 * A transform that mixes each picture of a batch, and its label, with another. Its parameters are null, and the batch
 * stays as it is, where the probability or the epoch says so.
 */
export function defineMixing<P extends MixingParameters>(mixing: Mixing<P>): BatchTransform<P | null> {
  const { name, options, sample, mix } = mixing
  const isMixed = mixingOption(name, options)
  return {
    name,
    sample: (rng, info) => (isMixed(rng, info) ? sample(rng, info) : null),
    apply(batch, parameters, out) {
      if (!parameters) return batch
      const { order, lambda } = parameters
      checkBatch(name, batch, order.length, order)
      const images = outputOf(name, batch, out)
      mix(batch, parameters, images)
      const labels = new Float32Array(batch.labels.length)
      mixRows(labels, batch.labels, order, lambda)
      return { images, labels, shape: batch.shape }
    },
    describe: () => ({ name, options }),
  }
}

/** Checks the options that say when a batch is mixed, and draws whether it is. */
export function mixingOption(name: string, options: MixingOptions): (rng: Rng, info: BatchInfo) => boolean {
  const p = numberOption(name, 'p', options.p ?? 1, [0, 1])
  const isOn = offEpochOption(name, options.offEpoch)
  return (rng, info) => isOn(info) && (p === 1 || rng.next() < p)
}

/** Checks the epoch from which on nothing is mixed, and says whether it isn't reached yet. */
export function offEpochOption(
  name: string,
  offEpoch: number = Number.POSITIVE_INFINITY,
): (info: BatchInfo) => boolean {
  if (!(offEpoch >= 0)) badOption(name, 'offEpoch', 'a number of at least 0', offEpoch)
  return ({ epoch = 0 }) => epoch < offEpoch
}

/** The parameter of a Beta distribution. */
export function alphaOption(name: string, alpha: number): number {
  if (Number.isFinite(alpha) && alpha > 0) return alpha
  return badOption(name, 'alpha', 'a finite number above 0', alpha)
}

/** Where the new pictures are written. Throws `shape-mismatch` when it is the batch's own memory or of another length. */
export function outputOf(name: string, { images }: ImageBatch, out: Float32Array | undefined): Float32Array {
  if (!out) return new Float32Array(images.length)
  if (out !== images && out.length === images.length) return out
  throw new ClasError(
    'shape-mismatch',
    `${name}: out must have ${images.length} values and not be the batch's own memory, found ${out.length} values`,
    { expected: images.length, found: out.length },
  )
}

/** Writes λ · own + (1 - λ) · other for each row of a batch: pictures or labels. */
export function mixRows(out: Float32Array, values: Float32Array, order: readonly number[], lambda: number): void {
  const length = values.length / order.length
  for (const [own, other] of order.entries()) mixRow(out, values, own * length, other * length, length, lambda)
}

/** Writes λ · own + (1 - λ) · other for one row, of which the first values are at `own` and `other`. */
export function mixRow(
  out: Float32Array,
  values: Float32Array,
  own: number,
  other: number,
  length: number,
  lambda: number,
): void {
  const rest = 1 - lambda
  for (let i = 0; i < length; i++) {
    out[own + i] = lambda * (values[own + i] as number) + rest * (values[other + i] as number)
  }
}

/** Copies a rectangle of one picture into the same place of another. Their first values are at `from` and at `to`. */
export function copyRectangle(
  out: Float32Array,
  to: number,
  values: Float32Array,
  from: number,
  [, , width, channels]: ImageBatch['shape'],
  rectangle: Rectangle,
): void {
  const length = rectangle.width * channels
  for (let y = rectangle.top; y < rectangle.top + rectangle.height; y++) {
    const start = (y * width + rectangle.left) * channels
    out.set(values.subarray(from + start, from + start + length), to + start)
  }
}

/** Throws `shape-mismatch` when parameters are for another number of pictures, or name one that the batch lacks. */
export function checkBatch(name: string, { shape }: ImageBatch, count: number, indices: readonly number[]): void {
  if (count === shape[0] && indices.every((index) => index >= 0 && index < shape[0])) return
  throw new ClasError(
    'shape-mismatch',
    `${name}: the parameters are for a batch of ${count}, the batch has ${shape[0]} pictures`,
    { expected: count, found: shape[0] },
  )
}
