import { badOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { drawStep, operationsOf, pick } from './draw.ts'
import { AUG_MIX_LEVELS } from './levels.ts'
import { drawMixture, type Mixture, mixOnce, runChains } from './mixture.ts'
import { checkPicture, type Rendering } from './operations.ts'

/** The options of {@link augMix}. */
export interface AugMixOptions {
  /** Probability that a picture is changed at all. 0.5 unless told; 1 in the paper. */
  readonly p?: number
  /** Of the distributions of weights, above 0. 0.1 unless told; 1 in the paper. */
  readonly alpha?: number
  /** How many chains of operations are mixed, at least 1. 3 unless told. */
  readonly width?: number
  /** How many operations a chain has; -1 for 1 to 3, each as likely, as in the paper. 1 unless told. */
  readonly depth?: number
  /** The greatest magnitude, above 0.1 and at most 10. 1 unless told, as in the paper on ImageNet; 3 there on CIFAR. */
  readonly severity?: number
}

const NAME = 'AugMix'
const OPERATIONS = /* @__PURE__ */ operationsOf(AUG_MIX_LEVELS)
const RENDERING: Rendering = { shear: 'bilinear', translate: 'bilinear', rotate: 'bilinear', fill: 0 }

/**
 * Changes a picture by several chains of operations and mixes the results with each other and with the picture itself
 * (Hendrycks et al. 2020, arXiv 1912.02781). The parameters are the chains and the weights; none when the picture stays.
 *
 * The defaults are those of PaddleClas's AugMix (`ppcls/data/preprocess/ops/operators.py`). The paper's are
 * `{ p: 1, alpha: 1, depth: -1 }`. Each operation draws its magnitude from 0.1 to the severity. The paper's loss, which
 * wants like outputs for two such pictures, is no part of this.
 *
 * @throws `bad-option` when an option is outside of its range; `shape-mismatch` when a picture isn't one of 8 bits with
 *   1, 3 or 4 channels
 * @example
 * ```ts
 * import { augMix } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const paper = augMix({ p: 1, alpha: 1, depth: -1 })
 * console.log(paper.sample(createRng(1), { width: 224, height: 224, channels: 3 }))
 * ```
 */
export function augMix(options: AugMixOptions = {}): Transform<Mixture> {
  const { alpha = 0.1, width = 3, depth = 1 } = options
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  const severity = numberOption(NAME, 'severity', options.severity ?? 1, [0.1, 10])
  if (!Number.isFinite(alpha) || alpha <= 0) badOption(NAME, 'alpha', 'a finite number above 0', alpha)
  if (!Number.isSafeInteger(width) || width < 1) badOption(NAME, 'width', 'a whole number of at least 1', width)
  if (!Number.isSafeInteger(depth) || depth < -1 || depth === 0) {
    badOption(NAME, 'depth', 'a whole number of at least 1, or -1', depth)
  }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info): Mixture =>
      rng.next() < p
        ? drawMixture(rng, { alpha, width, depth }, () =>
            drawStep(pick(rng, OPERATIONS), AUG_MIX_LEVELS, rng.uniform(0.1, severity) / 10, rng, info),
          )
        : { share: 0, weights: [], chains: [] },
    apply(image, mixture) {
      checkPicture(NAME, image)
      if (mixture.chains.length === 0) return image
      return mixOnce(image, mixture, runChains(NAME, image, mixture, RENDERING))
    },
  })
}
