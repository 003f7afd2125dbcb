import { adaptiveAvgPool, conv2d, dropout, linear, type Module, maxPool, module, relu } from '@clas/nn'
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
  const root = module(
    {
      _conv1: pooled(conv2d(inChannels, 64, 11, { stride: 4, padding: 2 })),
      _conv2: pooled(conv2d(64, 192, 5, { padding: 2 })),
      _conv3: conv2d(192, 384, 3, { padding: 1 }),
      _conv4: conv2d(384, 256, 3, { padding: 1 }),
      _conv5: pooled(conv2d(256, 256, 3, { padding: 1 })),
      _drop1: dropout(dropped, { mode: 'downscaleInInference' }),
      _fc6: linear(256 * CELLS * CELLS, HIDDEN),
      _drop2: dropout(dropped, { mode: 'downscaleInInference' }),
      _fc7: linear(HIDDEN, HIDDEN),
      _fc8: linear(HIDDEN, classes),
    },
    ({ _conv1, _conv2, _conv3, _conv4, _conv5, _drop1, _fc6, _drop2, _fc7, _fc8 }, x) => {
      const features = _conv5(relu(_conv4(relu(_conv3(_conv2(_conv1(x)))))))
      const cells = flattenChannelsFirst(adaptiveAvgPool(features, CELLS))
      return _fc8(relu(_fc7(_drop2(relu(_fc6(_drop1(cells)))))))
    },
    'AlexNet',
  )
  return {
    ...root,
    name: 'AlexNet',
    inputSize: 224,
    classes,
    stages: ['_conv1', '_conv2', '_conv5'],
    classifier: '_fc8',
    preprocessing: imagenetPreprocessing,
  }
}

function pooled(convolution: Module): Module {
  return module({ _conv: convolution }, ({ _conv }, x) => maxPool(relu(_conv(x)), 3, { stride: 2 }), 'pooled')
}
