import {
  adaptiveAvgPool,
  type Conv2dOptions,
  conv2d,
  dropout,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  sequential,
  uniform,
} from '@clas/nn'
import { flattenChannelsFirst } from '../blocks/flatten-channels-first.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * AlexNet (Krizhevsky et al. 2012, "ImageNet classification with deep convolutional neural networks"), in the widths of
 * its version for one processor. Pictures of another size are pooled to the 6x6 cells that the first linear layer wants.
 */
export interface AlexNetOptions extends ModelOptions {
  /** Before the first two linear layers, in [0, 1); published weights assume the default 0.5. */
  readonly dropout?: number
}

const HIDDEN = 4096
/** Height and width of what the linear layers are given. */
const CELLS = 6

/** 224 by 224 pixels, 61.1 million parameters, published top-1 56.70 %. */
export function AlexNet(options: AlexNetOptions = {}): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.5 } = options
  const features = 256 * CELLS * CELLS
  // The published network has the range of the first linear layer in the others too.
  const initializer = uniform(1 / Math.sqrt(features))
  const root = module(
    {
      _conv1: pooled(convolution(inChannels, 64, 11, { stride: 4, padding: 2 })),
      _conv2: pooled(convolution(64, 192, 5, { padding: 2 })),
      _conv3: convolution(192, 384, 3, { padding: 1 }),
      _conv4: convolution(384, 256, 3, { padding: 1 }),
      _conv5: pooled(convolution(256, 256, 3, { padding: 1 })),
      _drop1: dropout(dropped, { mode: 'downscaleInInference' }),
      _fc6: linear(features, HIDDEN, { initializer }),
      _drop2: dropout(dropped, { mode: 'downscaleInInference' }),
      _fc7: linear(HIDDEN, HIDDEN, { initializer }),
      _fc8: linear(HIDDEN, classes, { initializer }),
    },
    ({ _conv1, _conv2, _conv3, _conv4, _conv5, _drop1, _fc6, _drop2, _fc7, _fc8 }, x) => {
      const map = _conv5(relu(_conv4(relu(_conv3(_conv2(_conv1(x)))))))
      const cells = flattenChannelsFirst(adaptiveAvgPool(map, CELLS))
      return _fc8(relu(_fc7(_drop2(relu(_fc6(_drop1(cells)))))))
    },
    'AlexNet',
  )
  return {
    ...root,
    name: 'AlexNet',
    inputSize: 224,
    classes,
    stages: ['_conv1._relu', '_conv1', '_conv2', '_conv5'],
    classifier: '_fc8',
    preprocessing: imagenetPreprocessing,
  }
}

function convolution(inChannels: number, outChannels: number, size: number, options: Conv2dOptions): Module {
  const initializer = uniform(1 / Math.sqrt(inChannels * size * size))
  return conv2d(inChannels, outChannels, size, { ...options, initializer })
}

function pooled(convolution: Module): Module {
  return module(
    { _conv: convolution, _relu: sequential([relu]) },
    ({ _conv, _relu }, x) => maxPool(_relu(_conv(x)), 3, { stride: 2 }),
    'pooled',
  )
}
