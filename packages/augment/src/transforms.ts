import { createRegistry, type Registry } from '@clas/core'
import { normalizeImage } from './color/normalize-image.ts'
import { COMPOSE, compose, type Pipeline } from './compose/compose.ts'
import { cropImage } from './geometry/crop-image.ts'
import { padCrop } from './geometry/pad-crop.ts'
import { randAffine } from './geometry/rand-affine.ts'
import { randCropImage } from './geometry/rand-crop-image.ts'
import { randFlipImage } from './geometry/rand-flip-image.ts'
import { resizeImage } from './geometry/resize-image.ts'
import { badOption } from './options.ts'
import type { Transform, TransformSpec } from './transform.ts'

/**
 * The names of transforms and their factories; those that PaddleClas has too are named as there. An app adds its own by
 * declaration merging, and then to the registry {@link transforms}.
 */
export interface Transforms {
  Compose: (options: { readonly transforms: readonly TransformSpec[] }) => Pipeline
  CropImage: typeof cropImage
  NormalizeImage: typeof normalizeImage
  PadCrop: typeof padCrop
  RandAffine: typeof randAffine
  RandCropImage: typeof randCropImage
  RandFlipImage: typeof randFlipImage
  ResizeImage: typeof resizeImage
}

/** What the registry tells of a transform. */
export interface TransformFacts {
  /** What it does, in a few words. */
  readonly summary: string
}

type Create = (options: never) => Transform

/** All transforms that can be made by name. Those of this package are in it. */
export const transforms: Registry<Transforms, Create, TransformFacts> = /* @__PURE__ */ builtIn()

function builtIn(): Registry<Transforms, Create, TransformFacts> {
  const registry = createRegistry<Transforms, Create, TransformFacts>('transform')
  registry.register('ResizeImage', resizeImage, { summary: 'resizes to a size, or by the shorter side' })
  registry.register('CropImage', cropImage, { summary: 'cuts out the middle' })
  registry.register('RandCropImage', randCropImage, { summary: 'cuts out a random rectangle and resizes it' })
  registry.register('RandFlipImage', randFlipImage, { summary: 'flips a part of the pictures' })
  registry.register('RandAffine', randAffine, { summary: 'rotates, shifts, scales and shears at random' })
  registry.register('PadCrop', padCrop, { summary: 'pads with zeros and crops at random' })
  registry.register('NormalizeImage', normalizeImage, { summary: 'makes float32 values with mean 0 and deviation 1' })
  registry.register(COMPOSE, (options) => deserialize(options.transforms), { summary: 'one after another' })
  return registry
}

/**
 * Makes a transform of its description, as `describe` gave it or a config file has it.
 *
 * @throws `unknown-name` when the name isn't registered, with the names that are near; `bad-option` when the options
 *   don't fit
 * @example
 * ```ts
 * import { createTransform } from '@clas/augment'
 * console.log(createTransform({ name: 'CropImage', options: { size: 224 } }).name)
 * ```
 */
export function createTransform(spec: TransformSpec): Transform {
  return transforms.get(spec.name).create((spec.options ?? {}) as never)
}

/**
 * Makes a pipeline of descriptions: the inverse of `serialize`.
 *
 * @throws as {@link createTransform}
 * @example
 * ```ts
 * import { deserialize } from '@clas/augment'
 * console.log(deserialize([{ name: 'RandFlipImage', options: { p: 1 } }]).steps.length)
 * ```
 */
export function deserialize(specs: readonly TransformSpec[]): Pipeline {
  if (!Array.isArray(specs)) badOption(COMPOSE, 'transforms', 'a list of { name, options }', specs)
  return compose(specs.map(createTransform))
}
