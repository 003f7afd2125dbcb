import { rampAt } from '../compose/ramp.ts'
import { type Fill, fillOption } from '../fill.ts'
import { badOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { drawLayers } from './draw.ts'
import { RAND_V2_LEVELS } from './levels.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'
import { layersOption, magnitudeOption } from './rand-augment.ts'

/** The options of {@link randAugmentV2}. */
export interface RandAugmentV2Options {
  /** How many operations each picture gets, at least 1. 2 unless told. */
  readonly numLayers?: number
  /** Of all operations, 0 to 20; 10 is an operation's whole range. 5 unless told. */
  readonly magnitude?: number
  /** The magnitudes of the stages of progressive training, which part `epochs` evenly. Used instead of `magnitude`. */
  readonly progressMagnitude?: readonly number[]
  /** How long the training is. Needed with `progressMagnitude`, and only then. */
  readonly epochs?: number
  /** Of pixels from outside of the picture and of cutouts. 128 unless told; turned pictures always have 128. */
  readonly fill?: Fill
}

const NAME = 'RandAugmentV2'

/**
 * Runs operations drawn from 16, all at one magnitude, which can grow with the stages of progressive training: PaddleClas's
 * RandAugment for EfficientNetV2 (`ppcls/data/preprocess/ops/randaugment.py` and `ppcls/engine/train/train_progressive.py`;
 * Tan and Le 2021, arXiv 2104.00298). The parameters are the operations.
 *
 * Its habits: shifts are in pixels, whatever the size of the picture; brightness, color, contrast and sharpness begin at
 * a factor of 0.1 and change least at magnitude 5; posterize and solarize become weaker as the magnitude grows; the
 * corners of turned pictures are 128 whatever `fill` says; nothing is interpolated. Stage s of n begins with the epoch
 * ⌊epochs · s / n⌋, counted from 0.
 *
 * @throws `bad-option` when an option is outside of its range, or only one of `progressMagnitude` and `epochs` is there;
 *   `shape-mismatch` when a picture isn't one of 8 bits with 1, 3 or 4 channels
 * @example
 * ```ts
 * import { randAugmentV2 } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const policy = randAugmentV2({ progressMagnitude: [5, 8.3, 11.7, 15], epochs: 350 })
 * console.log(policy.sample(createRng(1), { width: 300, height: 300, channels: 3, epoch: 200 }))
 * ```
 */
export function randAugmentV2(options: RandAugmentV2Options = {}): Transform<readonly PolicyStep[]> {
  const numLayers = layersOption(NAME, options.numLayers ?? 2)
  const fill = fillOption(NAME, options.fill ?? 128)
  const magnitudeAt = schedule(options)
  const rendering: Rendering = {
    shear: 'nearest',
    translate: 'nearest',
    rotate: 'nearest',
    fill,
    rotateFill: 128,
    cutoutFill: typeof fill === 'number' ? fill : (fill[0] ?? 0),
  }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info): readonly PolicyStep[] =>
      drawLayers(RAND_V2_LEVELS, numLayers, magnitudeAt(info.epoch ?? 0) / 10, rng, info),
    apply: (image, steps) => applySteps(NAME, image, steps, rendering),
  })
}

/** The magnitude of an epoch. */
function schedule({ magnitude = 5, progressMagnitude, epochs }: RandAugmentV2Options): (epoch: number) => number {
  magnitudeOption(NAME, magnitude)
  if (progressMagnitude === undefined) {
    if (epochs !== undefined) badOption(NAME, 'epochs', 'left out where progressMagnitude is', epochs)
    return () => magnitude
  }
  if (!Array.isArray(progressMagnitude) || progressMagnitude.length === 0) {
    badOption(NAME, 'progressMagnitude', 'a list of at least one magnitude', progressMagnitude)
  }
  for (const stage of progressMagnitude) magnitudeOption(NAME, stage)
  if (epochs === undefined || !Number.isSafeInteger(epochs) || epochs < 1) {
    return badOption(NAME, 'epochs', 'the number of epochs, where progressMagnitude is given', epochs)
  }
  return (epoch) => Number(rampAt({ values: progressMagnitude, epochs }, epoch))
}
