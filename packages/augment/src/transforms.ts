import { createRegistry, type Registry } from '@clas/core'
import { blurImage } from './color/blur-image.ts'
import { channelOrder } from './color/channel-order.ts'
import { colorJitter } from './color/color-jitter.ts'
import { gaussianBlur } from './color/gaussian-blur.ts'
import { gaussianNoise } from './color/gaussian-noise.ts'
import { jpegCompression } from './color/jpeg-compression.ts'
import { lighting, pcaLighting } from './color/lighting.ts'
import { motionBlur } from './color/motion-blur.ts'
import { normalizeImage } from './color/normalize-image.ts'
import {
  randomAdjustSharpness,
  randomAutocontrast,
  randomEqualize,
  randomGrayscale,
  randomInvert,
  randomPosterize,
  randomSolarize,
} from './color/random-changes.ts'
import { randomGamma } from './color/random-gamma.ts'
import { toFloat } from './color/to-float.ts'
import type { ChosenStep } from './compose/chosen-step.ts'
import { COMPOSE, compose, type Pipeline, type StepParameters } from './compose/compose.ts'
import { ONE_OF, oneOf } from './compose/one-of.ts'
import { SCHEDULE, type ScheduledParameters, type ScheduleOptions, scheduled } from './compose/scheduled.ts'
import { SOME_OF, someOf } from './compose/some-of.ts'
import { WITH_PROBABILITY, withProbability } from './compose/with-probability.ts'
import { cutout } from './erase/cutout.ts'
import { gridMask } from './erase/grid-mask.ts'
import { hideAndSeek } from './erase/hide-and-seek.ts'
import { randomErasing } from './erase/random-erasing.ts'
import { cropImage } from './geometry/crop-image.ts'
import { cropImageAtRatio } from './geometry/crop-image-at-ratio.ts'
import { cropWithPadding } from './geometry/crop-with-padding.ts'
import { elasticTransform } from './geometry/elastic-transform.ts'
import { pad } from './geometry/pad.ts'
import { padCrop } from './geometry/pad-crop.ts'
import { padv2 } from './geometry/padv2.ts'
import { randAffine } from './geometry/rand-affine.ts'
import { randCropImage } from './geometry/rand-crop-image.ts'
import { randFlipImage } from './geometry/rand-flip-image.ts'
import { randCropImageV2, randomCropImage } from './geometry/random-crop-image.ts'
import { randomInterpolationAugment } from './geometry/random-interpolation-augment.ts'
import { randomPerspective } from './geometry/random-perspective.ts'
import { randomResizedCrop } from './geometry/random-resized-crop.ts'
import { randomRot90 } from './geometry/random-rot90.ts'
import { randomRotation } from './geometry/random-rotation.ts'
import { resizeImage } from './geometry/resize-image.ts'
import { badOption, type Range } from './options.ts'
import { centerCrop } from './paddle/center-crop.ts'
import { padChannels } from './paddle/pad-channels.ts'
import { visionResize } from './paddle/vision-resize.ts'
import { augMix } from './policies/aug-mix.ts'
import { autoAugment } from './policies/auto-augment.ts'
import { randAugment } from './policies/rand-augment.ts'
import { randAugmentV2 } from './policies/rand-augment-v2.ts'
import { randAugmentV3 } from './policies/rand-augment-v3.ts'
import { randAugmentV4 } from './policies/rand-augment-v4.ts'
import { threeAugment } from './policies/three-augment.ts'
import { timmAutoAugment } from './policies/timm-auto-augment.ts'
import { trivialAugment } from './policies/trivial-augment.ts'
import type { Transform, TransformSpec } from './transform.ts'

/**
 * The names of transforms and their factories; those that PaddleClas has too are named as there. An app adds its own by
 * declaration merging, and then to the registry {@link transforms}.
 */
export interface Transforms {
  AugMix: typeof augMix
  AutoAugment: typeof autoAugment
  BlurImage: typeof blurImage
  CenterCrop: typeof centerCrop
  ChannelOrder: typeof channelOrder
  ColorJitter: typeof colorJitter
  Compose: (options: Steps) => Pipeline
  CropImage: typeof cropImage
  CropImageAtRatio: typeof cropImageAtRatio
  CropWithPadding: typeof cropWithPadding
  Cutout: typeof cutout
  ElasticTransform: typeof elasticTransform
  GaussianBlur: typeof gaussianBlur
  GaussianNoise: typeof gaussianNoise
  GridMask: typeof gridMask
  HideAndSeek: typeof hideAndSeek
  JpegCompression: typeof jpegCompression
  Lighting: typeof lighting
  MotionBlur: typeof motionBlur
  NormalizeImage: typeof normalizeImage
  OneOf: (options: Steps & { readonly weights?: readonly number[] }) => Transform<ChosenStep>
  PCALighting: typeof pcaLighting
  Pad: typeof pad
  PadChannels: typeof padChannels
  PadCrop: typeof padCrop
  Padv2: typeof padv2
  RandAffine: typeof randAffine
  RandAugment: typeof randAugment
  RandAugmentV2: typeof randAugmentV2
  RandAugmentV3: typeof randAugmentV3
  RandAugmentV4: typeof randAugmentV4
  RandCropImage: typeof randCropImage
  RandCropImageV2: typeof randCropImageV2
  RandFlipImage: typeof randFlipImage
  RandomAdjustSharpness: typeof randomAdjustSharpness
  RandomAutocontrast: typeof randomAutocontrast
  RandomCropImage: typeof randomCropImage
  RandomEqualize: typeof randomEqualize
  RandomErasing: typeof randomErasing
  RandomGamma: typeof randomGamma
  RandomGrayscale: typeof randomGrayscale
  RandomInterpolationAugment: typeof randomInterpolationAugment
  RandomInvert: typeof randomInvert
  RandomPerspective: typeof randomPerspective
  RandomPosterize: typeof randomPosterize
  RandomResizedCrop: typeof randomResizedCrop
  RandomRot90: typeof randomRot90
  RandomRotation: typeof randomRotation
  RandomSolarize: typeof randomSolarize
  Resize: typeof visionResize
  ResizeImage: typeof resizeImage
  Schedule: (options: ScheduleOptions) => Transform<ScheduledParameters>
  SomeOf: (options: Steps & { readonly count: number | Range }) => Transform<readonly ChosenStep[]>
  ThreeAugment: typeof threeAugment
  TimmAutoAugment: typeof timmAutoAugment
  ToFloat: typeof toFloat
  TrivialAugment: typeof trivialAugment
  WithProbability: (options: {
    readonly p: number
    readonly transform: TransformSpec
  }) => Transform<StepParameters | null>
}

/** The option of transforms that are made of others. */
interface Steps {
  readonly transforms: readonly TransformSpec[]
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
  registry.register('CropImageAtRatio', cropImageAtRatio, { summary: 'resizes a square of the middle' })
  registry.register('CropWithPadding', cropWithPadding, { summary: 'fills in all around a random rectangle' })
  registry.register('ElasticTransform', elasticTransform, { summary: 'moves each pixel, as if seen through water' })
  registry.register('Pad', pad, { summary: 'puts a border around' })
  registry.register('Padv2', padv2, { summary: 'pads to a size or to multiples' })
  registry.register('RandCropImageV2', randCropImageV2, { summary: 'cuts out a rectangle of a fixed size at random' })
  registry.register('RandomCropImage', randomCropImage, { summary: 'cuts out a rectangle of a fixed size at random' })
  registry.register('RandomInterpolationAugment', randomInterpolationAugment, { summary: 'loses details' })
  registry.register('RandomPerspective', randomPerspective, { summary: 'shows at a slant' })
  registry.register('RandomResizedCrop', randomResizedCrop, { summary: 'the same, as torchvision' })
  registry.register('RandomRot90', randomRot90, { summary: 'turns by quarters' })
  registry.register('RandomRotation', randomRotation, { summary: 'turns by a random angle' })
  registry.register('NormalizeImage', normalizeImage, { summary: 'makes float32 values with mean 0 and deviation 1' })
  registry.register('Cutout', cutout, { summary: 'fills square holes' })
  registry.register('RandomErasing', randomErasing, { summary: 'erases a random rectangle of a part of the pictures' })
  registry.register('HideAndSeek', hideAndSeek, { summary: 'hides squares of a grid at random' })
  registry.register('GridMask', gridMask, { summary: 'erases the bars of a grid, more often from epoch to epoch' })
  registry.register('Resize', visionResize, { summary: 'resizes as paddle.vision and torchvision do' })
  registry.register('CenterCrop', centerCrop, { summary: 'cuts out the middle as paddle.vision and torchvision do' })
  registry.register('PadChannels', padChannels, { summary: 'adds channels of zeros' })
  registry.register('AutoAugment', autoAugment, { summary: 'runs a pair of operations that was learned on a data set' })
  registry.register('RandAugment', randAugment, { summary: 'runs random operations at one magnitude' })
  registry.register('RandAugmentV2', randAugmentV2, { summary: 'RandAugment that grows with progressive training' })
  registry.register('RandAugmentV3', randAugmentV3, { summary: 'RandAugment that only grows with the magnitude' })
  registry.register('RandAugmentV4', randAugmentV4, { summary: 'runs two random operations or fewer' })
  registry.register('TimmAutoAugment', timmAutoAugment, { summary: 'a policy as a string of timm says' })
  registry.register('TrivialAugment', trivialAugment, { summary: 'runs one random operation at a random level' })
  registry.register('ThreeAugment', threeAugment, { summary: 'makes grey, inverts bright values, or blurs' })
  registry.register('AugMix', augMix, { summary: 'mixes chains of random operations with the picture' })
  registry.register('ColorJitter', colorJitter, { summary: 'changes brightness, contrast, saturation and hue' })
  registry.register('RandomGrayscale', randomGrayscale, { summary: 'makes a part of the pictures grey' })
  registry.register('RandomInvert', randomInvert, { summary: 'inverts a part of the pictures' })
  registry.register('RandomAutocontrast', randomAutocontrast, { summary: 'stretches contrast, of a part of pictures' })
  registry.register('RandomEqualize', randomEqualize, { summary: 'equalises histograms, of a part of the pictures' })
  registry.register('RandomPosterize', randomPosterize, { summary: 'keeps the highest bits, of a part of pictures' })
  registry.register('RandomSolarize', randomSolarize, { summary: 'inverts bright values, of a part of the pictures' })
  registry.register('RandomAdjustSharpness', randomAdjustSharpness, { summary: 'blurs or sharpens a part of pictures' })
  registry.register('RandomGamma', randomGamma, { summary: 'raises values to a random power' })
  registry.register('Lighting', lighting, { summary: 'adds a random mixture of the principal components of colours' })
  registry.register('PCALighting', pcaLighting, { summary: 'Lighting as weak as in PaddleClas' })
  registry.register('ChannelOrder', channelOrder, { summary: 'changes the order of the colours' })
  registry.register('ToFloat', toFloat, { summary: 'makes float32 values from 0 to 1' })
  registry.register('BlurImage', blurImage, { summary: 'blurs a part of the pictures by a Gaussian or a motion' })
  registry.register('GaussianBlur', gaussianBlur, { summary: 'blurs by a Gaussian of random width' })
  registry.register('MotionBlur', motionBlur, { summary: 'blurs along a random line' })
  registry.register('GaussianNoise', gaussianNoise, { summary: 'adds normal noise' })
  registry.register('JpegCompression', jpegCompression, { summary: 'leaves the traces of JPEG of random quality' })
  registry.register(COMPOSE, (options) => deserialize(options.transforms), { summary: 'one after another' })
  registry.register(ONE_OF, ({ transforms, weights }) => oneOf(createSteps(ONE_OF, transforms), weights), {
    summary: 'one of some, chosen by chance',
  })
  registry.register(SOME_OF, ({ transforms, count }) => someOf(createSteps(SOME_OF, transforms), count), {
    summary: 'some of a list, chosen by chance, in its order',
  })
  registry.register(WITH_PROBABILITY, ({ p, transform }) => withProbability(p, createTransform(transform)), {
    summary: 'for a part of the pictures',
  })
  registry.register(SCHEDULE, (options) => scheduled(options, createTransform), {
    summary: 'with an option that follows the epoch',
  })
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
  return compose(createSteps(COMPOSE, specs))
}

function createSteps(transform: string, specs: readonly TransformSpec[]): Transform[] {
  if (!Array.isArray(specs)) badOption(transform, 'transforms', 'a list of { name, options }', specs)
  return specs.map(createTransform)
}
