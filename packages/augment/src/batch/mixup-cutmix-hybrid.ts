import type { Rng } from '@clas/core'
import type { Rectangle } from '../image.ts'
import { badOption, choiceOption, numberOption, type Range, rangeOption } from '../options.ts'
import type { BatchInfo, BatchTransform, ImageBatch } from './batch-transform.ts'
import { sampleBeta } from './beta.ts'
import { areaOf, sampleBox } from './cutmix.ts'
import { checkBatch, copyRectangle, type MixingOptions, mixRow, offEpochOption, outputOf } from './mixing.ts'

/** The options of {@link mixupCutmixHybrid}. */
export interface MixupCutmixHybridOptions extends MixingOptions {
  /** Of mixup's Beta distribution, at least 0; with 0 there is no mixup. 1 unless told. */
  readonly mixupAlpha?: number
  /** Of cutmix's Beta distribution, at least 0; with 0 there is no cutmix. 0 unless told. */
  readonly cutmixAlpha?: number
  /** The sides of the box by those of the picture, in [0, 1], uniform; turns cutmix on. By λ unless told. */
  readonly cutmixMinmax?: Range
  /** The part of what is mixed that gets cutmix where both are on, 0 to 1. 0.5 unless told. */
  readonly switchProbability?: number
  /** What is drawn for: the batch, each pair of pictures, or each picture. `batch` unless told. */
  readonly mode?: 'batch' | 'pair' | 'elem'
  /** Whether labels go by the box's area in the picture rather than by λ. Yes unless told; always with `cutmixMinmax`. */
  readonly correctLambda?: boolean
  /** Of the labels, 0 to 1; also of those that aren't mixed. 0.1 unless told. */
  readonly labelSmoothing?: number
}

/** How one picture is mixed. */
interface Mix {
  /** The part of a picture's label that stays, and without a box of the picture too. */
  readonly lambda: number
  /** What is taken of the other picture; null for mixup. */
  readonly box: Rectangle | null
}

/** What {@link mixupCutmixHybrid} draws. */
export interface MixupCutmixHybridParameters {
  /** One for each picture. */
  readonly mixes: readonly Mix[]
}

type Options = Required<Omit<MixupCutmixHybridOptions, 'cutmixMinmax' | 'offEpoch'>> & { readonly minmax?: Range }

const NAME = 'MixupCutmixHybrid'

/** A picture that stays as it is. */
const UNMIXED: Mix = { lambda: 1, box: null }

/**
 * Mixes each picture of a batch with the one at the same place from the end, by mixup or by cutmix: timm's Mixup, which
 * PaddleClas has as MixupCutmixHybrid. Boxes are drawn as in PaddleClas; those of later versions of timm are one pixel
 * larger where a side is odd. It smooths the labels as both do, so the loss must not smooth them again. Where both want an
 * even number of pictures, here the one in the middle stays as it is.
 *
 * @throws `bad-option` when an option is out of its range, or both mixup and cutmix are off; `shape-mismatch` when
 *   parameters of another batch size are applied
 * @example
 * ```ts
 * import { mixupCutmixHybrid } from '@clas/augment'
 * const mix = mixupCutmixHybrid({ mixupAlpha: 0.8, cutmixAlpha: 1, labelSmoothing: 0 })
 * const batch = { images: new Float32Array([0, 8]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 1, 1] as const }
 * const mixes = [{ lambda: 0.75, box: null }, { lambda: 0.5, box: null }]
 * console.log(mix.apply(batch, { mixes }).images) // 2 4
 * ```
 */
export function mixupCutmixHybrid(options: MixupCutmixHybridOptions = {}): BatchTransform<MixupCutmixHybridParameters> {
  const checked = checkOptions(options)
  const isOn = offEpochOption(NAME, options.offEpoch)
  return {
    name: NAME,
    sample: (rng, info) => ({
      mixes: isOn(info) ? sampleMixes(rng, info, checked) : new Array<Mix>(info.batch).fill(UNMIXED),
    }),
    apply(batch, { mixes }, out) {
      checkBatch(NAME, batch, mixes.length, [])
      const images = outputOf(NAME, batch, out)
      mixImages(images, batch, mixes)
      return { images, labels: mixLabels(batch, mixes, checked.labelSmoothing), shape: batch.shape }
    },
    describe: () => ({ name: NAME, options }),
  }
}

function checkOptions(options: MixupCutmixHybridOptions): Options {
  const { mixupAlpha = 1, cutmixAlpha = 0, cutmixMinmax, mode = 'batch', correctLambda = true } = options
  const minmax = cutmixMinmax && rangeOption(NAME, 'cutmixMinmax', cutmixMinmax, 0)
  if (minmax && minmax[1] > 1) badOption(NAME, 'cutmixMinmax', 'from 0 to 1', minmax)
  for (const [option, alpha] of Object.entries({ mixupAlpha, cutmixAlpha })) {
    if (!Number.isFinite(alpha) || alpha < 0) badOption(NAME, option, 'a finite number of at least 0', alpha)
  }
  if (mixupAlpha === 0 && cutmixAlpha === 0 && !minmax) {
    badOption(NAME, 'cutmixAlpha', 'above 0 where mixupAlpha is 0 and there is no cutmixMinmax', cutmixAlpha)
  }
  return {
    mixupAlpha,
    cutmixAlpha: minmax ? 1 : cutmixAlpha,
    p: numberOption(NAME, 'p', options.p ?? 1, [0, 1]),
    switchProbability: numberOption(NAME, 'switchProbability', options.switchProbability ?? 0.5, [0, 1]),
    mode: choiceOption(NAME, 'mode', mode, ['batch', 'pair', 'elem']),
    correctLambda,
    labelSmoothing: numberOption(NAME, 'labelSmoothing', options.labelSmoothing ?? 0.1, [0, 1]),
    ...(minmax && { minmax }),
  }
}

function sampleMixes(rng: Rng, info: BatchInfo, options: Options): readonly Mix[] {
  const { batch } = info
  if (options.mode === 'batch') return new Array<Mix>(batch).fill(sampleMix(rng, info, options))
  if (options.mode === 'elem') return Array.from({ length: batch }, () => sampleMix(rng, info, options))
  const pairs = Array.from({ length: Math.floor(batch / 2) }, () => sampleMix(rng, info, options))
  return [...pairs, ...(batch % 2 === 1 ? [UNMIXED] : []), ...pairs.toReversed()]
}

function sampleMix(rng: Rng, info: BatchInfo, options: Options): Mix {
  const { mixupAlpha, cutmixAlpha, minmax, p, switchProbability, correctLambda } = options
  if (rng.next() >= p) return UNMIXED
  const isCutmix = cutmixAlpha > 0 && (mixupAlpha === 0 || rng.next() < switchProbability)
  if (!isCutmix) return { lambda: sampleBeta(rng, mixupAlpha), box: null }
  const lambda = sampleBeta(rng, cutmixAlpha)
  const box = minmax ? sampleMinmaxBox(rng, info, minmax) : sampleBox(rng, info, lambda)
  return { lambda: minmax || correctLambda ? 1 - areaOf(box, info) : lambda, box }
}

/** A box inside of the picture with sides of their own. PaddleClas leaves out its last place, and so does this. */
function sampleMinmaxBox(rng: Rng, info: BatchInfo, [least, most]: Range): Rectangle {
  const sideOf = (side: number): number => {
    const low = Math.floor(side * least)
    return rng.integer(low, Math.max(low + 1, Math.floor(side * most)))
  }
  const height = sideOf(info.height)
  const width = sideOf(info.width)
  const top = rng.integer(0, Math.max(1, info.height - height))
  const left = rng.integer(0, Math.max(1, info.width - width))
  return { left, top, width, height }
}

function mixImages(out: Float32Array, { images, shape }: ImageBatch, mixes: readonly Mix[]): void {
  const length = images.length / mixes.length
  mixes.forEach(({ lambda, box }, index) => {
    const own = index * length
    const other = (mixes.length - 1 - index) * length
    if (lambda < 1 && !box) {
      mixRow(out, images, own, other, length, lambda)
    } else {
      out.set(images.subarray(own, own + length), own)
      if (box) copyRectangle(out, own, images, other, shape, box)
    }
  })
}

function mixLabels({ labels }: ImageBatch, mixes: readonly Mix[], smoothing: number): Float32Array {
  const out = new Float32Array(labels.length)
  const classes = labels.length / mixes.length
  mixes.forEach(({ lambda }, index) => {
    mixRow(out, labels, index * classes, (mixes.length - 1 - index) * classes, classes, lambda)
  })
  return out.map((value) => value * (1 - smoothing) + smoothing / classes)
}
