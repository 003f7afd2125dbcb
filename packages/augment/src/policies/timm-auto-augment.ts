import type { Rng } from '@clas/core'
import type { ImageInfo } from '../image.ts'
import { badOption, choiceOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { drawStep, pick } from './draw.ts'
import type { Levels } from './levels.ts'
import { drawMixture, type Mixture, mixInTurn, mixTwice, runChains } from './mixture.ts'
import { applySteps, type Operation, type PolicyStep, type Rendering } from './operations.ts'
import { AUG_MIX_OPERATIONS, type Weights } from './timm-choices.ts'
import { type MagnitudeNoise, readTimmConfig } from './timm-config.ts'
import { TIMM_AUG_MIX_LEVELS } from './timm-levels.ts'

/** The options of {@link timmAutoAugment}. */
export interface TimmAutoAugmentOptions {
  /** What is drawn, in timm's short form. `rand-m9-mstd0.5-inc1` unless told. */
  readonly config?: string
  /** Of shears, shifts and turns; `random` draws `bilinear` or `bicubic` for each. `bicubic` unless told. */
  readonly interpolation?: 'bilinear' | 'bicubic' | 'random'
  /** Of the pictures, as parts of 1: what lies outside of them is filled with it. ImageNet's unless told. */
  readonly mean?: readonly [red: number, green: number, blue: number]
  /** Probability that a picture is changed at all. 1 unless told. */
  readonly p?: number
}

const NAME = 'TimmAutoAugment'
const DEFAULT_MEAN = [0.485, 0.456, 0.406] as const

/**
 * Draws operations as a string of timm's form says: PaddleClas's TimmAutoAugment
 * (`ppcls/data/preprocess/ops/timm_autoaugment.py`), and what timm (`timm/data/auto_augment.py`) has besides. The
 * parameters are the operations that run, or AugMix's chains and weights.
 *
 * `rand`, RandAugment: each of n operations runs with probability p.
 *
 * | key | meaning | unless told |
 * | --- | --- | --- |
 * | `m` | magnitude; 10 is the whole range | 10 |
 * | `n` | number of operations | 2 |
 * | `p` | probability of each | 0.5 |
 * | `mstd` | standard deviation of the magnitude; above 100 it is uniform from 0 to `m` | 0 |
 * | `mmax` | what magnitudes are cut off at | 10 |
 * | `inc` | whatever its number: all operations become stronger with the magnitude | no |
 * | `w0` | weights, drawn without replacement | all as likely |
 * | `t` | a set: `tweights`, `t3a`, `t3aw`; always as with `inc1` | the 15 usual ones |
 *
 * `original`, `originalr`, `v0`, `v0r` and `3a`, AutoAugment, also with `auto-` before it: the only key is `mstd`.
 * `augmix`: the keys are `m` (3), `w` chains (3) of `d` operations (1 to 3 are drawn), `a` of the distributions (1), `b`
 * to blend the chains in turn, and `mstd` (0, as in PaddleClas; timm's own default today is above 100).
 *
 * PaddleClas's `auto-` forms, and its `augmix` on pictures that aren't square, always fail there; here they work. Its
 * option `img_size` has no counterpart: it changes nothing in PaddleClas either.
 *
 * @throws `bad-option` when the string has another form or an option is outside of its range; `shape-mismatch` when a
 *   picture isn't one of 8 bits with 1, 3 or 4 channels
 * @example
 * ```ts
 * import { timmAutoAugment } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const policy = timmAutoAugment({ config: 'rand-m7-mstd0.5-inc1', interpolation: 'random' })
 * console.log(policy.sample(createRng(1), { width: 224, height: 224, channels: 3 }))
 * ```
 */
export function timmAutoAugment(options: TimmAutoAugmentOptions = {}): Transform<readonly PolicyStep[] | Mixture> {
  const { config = 'rand-m9-mstd0.5-inc1', interpolation = 'bicubic', mean = DEFAULT_MEAN } = options
  const p = numberOption(NAME, 'p', options.p ?? 1, [0, 1])
  choiceOption(NAME, 'interpolation', interpolation, ['bilinear', 'bicubic', 'random'])
  if (!Array.isArray(mean) || mean.length !== 3 || !mean.every((part) => part >= 0 && part <= 1)) {
    badOption(NAME, 'mean', 'three numbers from 0 to 1', mean)
  }
  const read = readTimmConfig(NAME, config)
  const warp = interpolation === 'random' ? 'bilinear' : interpolation
  const fill = [Math.round(255 * mean[0]), Math.round(255 * mean[1]), Math.round(255 * mean[2])] as const
  const rendering: Rendering = { shear: warp, translate: warp, rotate: warp, fill }

  const draw = (operation: Operation, levels: Levels, magnitude: number, rng: Rng, info: ImageInfo): PolicyStep => {
    const step = drawStep(operation, levels, drawMagnitude(rng, magnitude, read.noise) / 10, rng, info)
    if (interpolation !== 'random' || !WARPS.has(operation)) return step
    return [step[0], step[1], { interpolation: rng.next() < 0.5 ? 'bilinear' : 'bicubic' }]
  }
  const sample = (rng: Rng, info: ImageInfo): readonly PolicyStep[] | Mixture => {
    if (rng.next() >= p) return []
    if (read.kind === 'auto') {
      return pick(rng, read.subPolicies)
        .filter(({ probability }) => rng.next() < probability)
        .map(({ operation, magnitude }) => draw(operation, read.levels, magnitude, rng, info))
    }
    if (read.kind === 'augmix') {
      return drawMixture(rng, read.shape, () =>
        draw(pick(rng, AUG_MIX_OPERATIONS), TIMM_AUG_MIX_LEVELS, read.magnitude, rng, info),
      )
    }
    return choose(rng, read.choices, read.layers)
      .filter(() => rng.next() < read.probability)
      .map((operation) => draw(operation, read.levels, read.magnitude, rng, info))
  }
  const mix = read.kind === 'augmix' && read.blended ? mixInTurn : mixTwice
  return defineTransform({
    name: NAME,
    options,
    sample,
    apply: (image, drawn) =>
      isMixture(drawn)
        ? mix(image, drawn, runChains(NAME, image, drawn, rendering))
        : applySteps(NAME, image, drawn, rendering),
  })
}

const WARPS: ReadonlySet<Operation> = new Set(['shearX', 'shearY', 'translateX', 'translateY', 'rotate'])

function isMixture(drawn: readonly PolicyStep[] | Mixture): drawn is Mixture {
  return 'chains' in drawn
}

function drawMagnitude(rng: Rng, magnitude: number, { deviation, most }: MagnitudeNoise): number {
  const drawn = deviation === Number.POSITIVE_INFINITY ? rng.uniform(0, magnitude) : rng.normal(magnitude, deviation)
  return Math.max(0, Math.min(drawn, most))
}

/** Draws from a list with replacement, by weights without. */
function choose(rng: Rng, choices: readonly Operation[] | Weights, count: number): Operation[] {
  if (isList(choices)) return Array.from({ length: count }, () => pick(rng, choices))
  const left = new Map(Object.entries(choices) as [Operation, number][])
  return Array.from({ length: count }, () => {
    const operation = pickWeighted(rng, left)
    left.delete(operation)
    return operation
  })
}

function isList(choices: readonly Operation[] | Weights): choices is readonly Operation[] {
  return Array.isArray(choices)
}

function pickWeighted(rng: Rng, weights: ReadonlyMap<Operation, number>): Operation {
  const entries = [...weights]
  let rest = rng.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  const found = entries.find(([, weight]) => {
    rest -= weight
    return rest < 0
  })
  // Rounding may leave a rest behind the last.
  return (found ?? (entries.at(-1) as [Operation, number]))[0]
}
