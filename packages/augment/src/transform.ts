import type { Rng } from '@clas/core'
import type { Image, ImageInfo, Rectangle } from './image.ts'

/** What a transform knows when it draws: the size of the picture, and how far the training is. */
export interface SampleInfo extends ImageInfo {
  /** The epoch, from 0, which is what it is unless told. Schedules go by it. */
  readonly epoch?: number
}

/** A transform as plain JSON: its name in the registry `transforms`, and the options of its factory. */
export interface TransformSpec {
  readonly name: string
  readonly options: object
}

/**
 * A change of pictures in two halves: `sample` draws all that is random, `apply` does it. What `sample` returns is plain
 * JSON, so that it can be kept, shown, sent to a worker and applied again.
 */
export interface Transform<P = unknown> {
  readonly name: string
  /** Draws the parameters for a picture of this size. The only place of randomness. */
  sample(rng: Rng, info: SampleInfo): P
  /** Makes a new picture, or returns the same one where nothing changes. Never writes into its input. */
  apply(image: Image, parameters: P): Image
  /**
   * Writes the values that `apply` would make into `out`, which has their number: a place in a batch, so that nothing is
   * copied. Only for transforms that make float32.
   */
  applyInto?(image: Image, parameters: P, out: Float32Array): void
  /** The size of what `apply` returns. Left out where it is the size of the input. */
  outputInfo?(info: ImageInfo, parameters: P): ImageInfo
  /** The part of the picture that `apply` looks at: whoever decodes a picture needs no more. Left out where it is all of it. */
  focus?(parameters: P): Focus<P>
  /** The transform as JSON. Left out where it can't be rebuilt from JSON. */
  describe?(): TransformSpec
}

/** A part of a picture, and what is done to it. */
export interface Focus<P> {
  /** In pixels of the whole picture. */
  readonly region: Rectangle
  /** Those that give the same result for the part alone. */
  readonly parameters: P
}

/** What {@link defineTransform} takes. */
export interface TransformDefinition<P> {
  /** Names the transform in parameters, messages and, where it is registered, the registry. */
  readonly name: string
  readonly sample: (rng: Rng, info: SampleInfo) => P
  readonly apply: (image: Image, parameters: P) => Image
  /** Writes the values of `apply` into a place of their number. For transforms that make float32. */
  readonly applyInto?: (image: Image, parameters: P, out: Float32Array) => void
  /** Needed where `apply` changes the size of the picture. */
  readonly outputInfo?: (info: ImageInfo, parameters: P) => ImageInfo
  /** Says which part of the picture `apply` looks at, for transforms that begin by cutting one out. */
  readonly focus?: (parameters: P) => Focus<P>
  /**
   * The options of the factory, plain JSON. Give them only when the name is registered wherever the transform is to be
   * rebuilt from its description, in workers too.
   */
  readonly options?: object
}

/**
 * Makes a transform of two functions. The parameters' type is that of what `sample` returns, and should be plain JSON.
 *
 * @param definition - `sample` has all the randomness; `apply` is pure and never changes its input
 * @example
 * ```ts
 * import { defineTransform } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const invertRow = defineTransform({
 *   name: 'InvertRow',
 *   sample: (rng, { height }) => ({ row: rng.integer(0, height) }),
 *   apply(image, { row }) {
 *     const length = image.width * image.channels
 *     const invert = (value: number, i: number) => (Math.floor(i / length) === row ? 255 - value : value)
 *     return { ...image, data: image.data.map(invert) }
 *   },
 * })
 * console.log(invertRow.sample(createRng(1), { width: 4, height: 4, channels: 3 }))
 * ```
 */
export function defineTransform<P>(definition: TransformDefinition<P>): Transform<P> {
  const { name, sample, apply, applyInto, outputInfo, focus, options } = definition
  return {
    name,
    sample,
    apply,
    ...(applyInto && { applyInto }),
    ...(outputInfo && { outputInfo }),
    ...(focus && { focus }),
    ...(options && { describe: () => ({ name, options }) }),
  }
}
