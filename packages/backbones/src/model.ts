import type { Module } from '@clas/nn'

/** What a picture must be made into before the model sees it, as its published weights expect. */
export interface Preprocessing {
  /** The short side is resized to this, in pixels, before the centre is cropped to the input size. */
  readonly resizeShort: number
  /** Both sides are resized to the input size instead: nothing is cropped, and the shape of the picture is lost. */
  readonly squash?: true
  /** How pixels are made when it is resized. */
  readonly interpolation: 'bilinear' | 'bicubic'
  /**
   * Whose arithmetic resizes: Pillow's (`pil`) averages over all pixels when it shrinks, OpenCV's (`cv2`) looks at the
   * nearest. Unless told, Pillow's for `bicubic` and OpenCV's for `bilinear`, as PaddleClas's configurations have it.
   */
  readonly backend?: 'cv2' | 'pil'
  /** The order in which the model takes the channels. `rgb` unless told. */
  readonly channelOrder?: 'rgb' | 'bgr'
  /** Subtracted from the red, green and blue values, which are in [0, 1]. */
  readonly mean: readonly [number, number, number]
  /** What the differences are divided by. */
  readonly std: readonly [number, number, number]
}

/**
 * A module that maps pictures [batch, height, width, 3], normalised as `preprocessing` says, to logits [batch,
 * classes], and what a classifier needs besides.
 */
export interface Model extends Module {
  /** The published name. */
  readonly name: string
  /** Height and width of the pictures it was published for, in pixels. */
  readonly inputSize: number
  /** Numbers in a row of logits, or of the embedding where there is no classifier. */
  readonly classes: number
  /** Paths of the modules whose outputs are the features C2 to C5, or what stands for them. */
  readonly stages: readonly string[]
  /** The path of the last linear layer, which fine-tuning replaces; absent where the output is an embedding. */
  readonly classifier?: string
  /**
   * Paths of further classifiers: their outputs are logits of their own, which `apply` gives as taps, and fine-tuning
   * replaces them as well. Absent where there are none.
   */
  readonly auxiliary?: readonly string[]
  /** What pictures must be made into. */
  readonly preprocessing: Preprocessing
  /** The factory's options that decide whose weights fit, with what they are; absent where there are none. */
  readonly settings?: Readonly<Record<string, string | boolean>>
}

/** What every model factory takes. */
export interface ModelOptions {
  /** Numbers in a row of logits, at least 1; default 1000. */
  readonly classes?: number
  /** Channels of the pictures, at least 1; default 3. */
  readonly inChannels?: number
}

/** ImageNet's mean and deviation, resize to 256 and crop to 224. */
export const imagenetPreprocessing: Preprocessing = {
  resizeShort: 256,
  interpolation: 'bilinear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
}
