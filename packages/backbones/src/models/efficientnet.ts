import { dropout, linear, relu, replace, sequential } from '@clas/nn'
import { type EfficientNetArchitecture, efficientNet } from '../blocks/efficientnet.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * EfficientNet (Tan and Le 2019, arXiv 1905.11946), whose width, depth and pictures grow together. Its strided
 * convolutions are padded as TensorFlow does, those of EfficientNetB0_small alike on each side.
 */
export interface EfficientNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.2 to 0.5, more for larger networks. */
  readonly dropout?: number
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.2. */
  readonly dropPath?: number
}

interface Published extends Partial<EfficientNetArchitecture> {
  readonly width: number
  readonly depth: number
  readonly size: number
  readonly dropout: number
}

function build(name: string, { dropout, ...published }: Published, options: EfficientNetOptions): Model {
  const preprocessing = { ...imagenetPreprocessing, resizeShort: published.size + 32 }
  return efficientNet({ name, preprocessing, padding: 'same', ...published }, { dropout, dropPath: 0.2, ...options })
}

type Factory = (options?: EfficientNetOptions) => Model
const define =
  (name: string, published: Published): Factory =>
  (options = {}) =>
    build(name, published, options)

const B0 = { width: 1, depth: 1, size: 224, dropout: 0.2 } as const
const B3 = { width: 1.2, depth: 1.4, size: 300, dropout: 0.3 } as const

/** 224 by 224 pixels, 4.7 million parameters, published top-1 75.80 %. Without squeeze and excitation. */
export const EfficientNetB0_small: Factory = /* @__PURE__ */ define('EfficientNetB0_small', {
  ...B0,
  padding: 'symmetric',
  excited: false,
})
/** 224 by 224 pixels, 5.3 million parameters, published top-1 77.38 %. */
export const EfficientNetB0: Factory = /* @__PURE__ */ define('EfficientNetB0', B0)
/** 240 by 240 pixels, 7.8 million parameters, published top-1 79.15 %. */
export const EfficientNetB1: Factory = /* @__PURE__ */ define('EfficientNetB1', {
  width: 1,
  depth: 1.1,
  size: 240,
  dropout: 0.2,
})
/** 260 by 260 pixels, 9.1 million parameters, published top-1 79.85 %. */
export const EfficientNetB2: Factory = /* @__PURE__ */ define('EfficientNetB2', {
  width: 1.1,
  depth: 1.2,
  size: 260,
  dropout: 0.3,
})
/** 300 by 300 pixels, 12.2 million parameters, published top-1 81.15 %. */
export const EfficientNetB3: Factory = /* @__PURE__ */ define('EfficientNetB3', B3)
/** 380 by 380 pixels, 19.3 million parameters, published top-1 82.85 %. */
export const EfficientNetB4: Factory = /* @__PURE__ */ define('EfficientNetB4', {
  width: 1.4,
  depth: 1.8,
  size: 380,
  dropout: 0.4,
})
/** 456 by 456 pixels, 30.4 million parameters, published top-1 83.62 %. */
export const EfficientNetB5: Factory = /* @__PURE__ */ define('EfficientNetB5', {
  width: 1.6,
  depth: 2.2,
  size: 456,
  dropout: 0.4,
})
/** 528 by 528 pixels, 43.0 million parameters, published top-1 84.00 %. */
export const EfficientNetB6: Factory = /* @__PURE__ */ define('EfficientNetB6', {
  width: 1.8,
  depth: 2.6,
  size: 528,
  dropout: 0.5,
})
/** 600 by 600 pixels, 66.3 million parameters, published top-1 84.30 %. */
export const EfficientNetB7: Factory = /* @__PURE__ */ define('EfficientNetB7', {
  width: 2,
  depth: 3.1,
  size: 600,
  dropout: 0.5,
})

const WATERMARK: Published = { ...B3, size: 224, padding: 'symmetric', epsilon: 1e-5 }

/**
 * 224 by 224 pixels, 11.8 million parameters. Tells whether a picture has a watermark (class 0) or not (LAION-5B
 * WatermarkDetection): EfficientNetB3 with a classifier of three layers, for 2 classes by default.
 */
export function EfficientNetB3_watermark({ classes = 2, ...options }: EfficientNetOptions = {}): Model {
  const model = build('EfficientNetB3_watermark', WATERMARK, options)
  const layers = [linear(1536, 625), relu, dropout(0.3), linear(625, 256), relu, linear(256, classes)]
  return {
    ...model,
    ...replace(model, '_fc', sequential(layers)),
    classes,
    classifier: '_fc.5',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 224 },
  }
}
