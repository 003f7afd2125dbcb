import { uniform } from '@clas/nn'
import { efficientNet } from '../blocks/efficientnet.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * TinyNet (Han et al. 2020, arXiv 2010.14819): EfficientNet made smaller. The defaults are those of PaddleClas's
 * factories. Its published weights are of another configuration: `rounding: 'nearest'`, `epsilon: 1e-5`, and for
 * further training `momentum: 0.9` and `dropPath` 0.1 (A, B) or 0 (C to E).
 */
export interface TinyNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.2. */
  readonly dropout?: number
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.2. */
  readonly dropPath?: number
  /** How the scaled number of blocks of a stage is made whole; default `up`. */
  readonly rounding?: 'up' | 'nearest'
  /** Added to the variance in batch normalisation; default 1e-3. */
  readonly epsilon?: number
  /** How much of the running statistics stays in each step; default 0.99. */
  readonly momentum?: number
}

interface Published {
  readonly width: number
  readonly depth: number
  readonly size: number
  readonly resizeShort: number
}

const LAST = 1280

function tinyNet(name: string, published: Published, options: TinyNetOptions): Model {
  const { width, depth, size, resizeShort } = published
  const { dropout = 0.2, dropPath = 0.2, rounding = 'up', epsilon = 1e-3, momentum = 0.99 } = options
  return efficientNet(
    {
      name,
      size,
      width,
      depth,
      rounding,
      epsilon,
      momentum,
      padding: 'symmetric',
      keepStemAndHead: true,
      initializer: uniform(1 / Math.sqrt(LAST)),
      preprocessing: { ...imagenetPreprocessing, resizeShort, interpolation: 'bicubic' },
    },
    { ...options, dropout, dropPath },
  )
}

type Factory = (options?: TinyNetOptions) => Model
const define =
  (name: string, published: Published): Factory =>
  (options = {}) =>
    tinyNet(name, published, options)

/** 192 by 192 pixels, 7.8 million parameters; 6.2 million with `rounding: 'nearest'`. */
export const TinyNet_A: Factory = /* @__PURE__ */ define('TinyNet_A', {
  width: 1,
  depth: 1.2,
  size: 192,
  resizeShort: 219,
})
/** 188 by 188 pixels, 5.2 million parameters; 3.7 million with `rounding: 'nearest'`. */
export const TinyNet_B: Factory = /* @__PURE__ */ define('TinyNet_B', {
  width: 0.75,
  depth: 1.1,
  size: 188,
  resizeShort: 214,
})
/** 184 by 184 pixels, 2.6 million parameters; 2.5 million with `rounding: 'nearest'`. */
export const TinyNet_C: Factory = /* @__PURE__ */ define('TinyNet_C', {
  width: 0.54,
  depth: 0.85,
  size: 184,
  resizeShort: 210,
})
/** 152 by 152 pixels, 2.5 million parameters; 2.3 million with `rounding: 'nearest'`. */
export const TinyNet_D: Factory = /* @__PURE__ */ define('TinyNet_D', {
  width: 0.54,
  depth: 0.695,
  size: 152,
  resizeShort: 173,
})
/** 106 by 106 pixels, 2.2 million parameters; 2.0 million with `rounding: 'nearest'`. */
export const TinyNet_E: Factory = /* @__PURE__ */ define('TinyNet_E', {
  width: 0.51,
  depth: 0.6,
  size: 106,
  resizeShort: 121,
})
