import { batchNorm, conv2d, flatten, globalAvgPool, type Module, maxPool, module, relu, sequential } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { type ResidualPlace, residualPlaces } from '../blocks/residual-places.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Pre-activation ResNet (He et al. 2016, arXiv 1603.05027): normalisation and relu come before each convolution of a block,
 * and nothing follows the sum. The stride is in the 3x3 convolution. Keys are those of timm's `resnetv2_50`.
 */
export type ResNetV2Options = ModelOptions

type Depths = readonly [number, number, number, number]
type Factory = (options?: ResNetV2Options) => Model

const STEM = 64
const CHANNELS = [256, 512, 1024, 2048] as const

const resNetV2 =
  (name: string, depths: Depths): Factory =>
  ({ classes = 1000, inChannels = 3 } = {}) => {
    const places = residualPlaces({ depths, inChannels: STEM, channels: CHANNELS })
    const stages = depths.map((_, index) => {
      const blocks = sequential(places.filter(({ stage }) => stage === index).map(bottleneck))
      return module({ blocks }, ({ blocks }, x) => blocks(x), 'stage')
    })
    const stem = conv2d(inChannels, STEM, 7, { stride: 2, padding: 3, bias: false })
    const root = module(
      {
        stem: module({ conv: stem }, ({ conv }, x) => maxPool(conv(x), 3, { stride: 2, padding: 1 }), 'stem'),
        stages: sequential(stages),
        norm: batchNorm(CHANNELS[3]),
        head: module({ fc: conv2d(CHANNELS[3], classes, 1) }, ({ fc }, x) => flatten(fc(globalAvgPool(x))), 'head'),
      },
      ({ stem, stages, norm, head }, x) => head(relu(norm(stages(stem(x))))),
      'ResNetV2',
    )
    return {
      ...root,
      name,
      inputSize: 224,
      classes,
      stages: depths.map((_, stage) => `stages.${stage}`),
      classifier: 'head.fc',
      preprocessing: imagenetPreprocessing,
    }
  }

/** The convolution in the shortcut of a stage's first block sees its input after normalisation and relu, as the branch does. */
function bottleneck({ index, inChannels, outChannels, stride }: ResidualPlace): Module {
  const width = outChannels / 4
  const projection = conv2d(inChannels, outChannels, 1, { stride, bias: false })
  return module(
    {
      ...(index === 0 ? { downsample: module({ conv: projection }, ({ conv }, x) => conv(x), 'shortcut') } : {}),
      norm1: batchNorm(inChannels),
      conv1: conv2d(inChannels, width, 1, { bias: false }),
      norm2: batchNorm(width),
      conv2: conv2d(width, width, 3, { stride, padding: 1, bias: false }),
      norm3: batchNorm(width),
      conv3: conv2d(width, outChannels, 1, { bias: false }),
    },
    ({ downsample, norm1, conv1, norm2, conv2, norm3, conv3 }, x) => {
      const activated = relu(norm1(x))
      return add(downsample?.(activated) ?? x, conv3(relu(norm3(conv2(relu(norm2(conv1(activated))))))))
    },
    'residual',
  )
}

/** 224 by 224 pixels, 25.5 million parameters. */
export const ResNet50_V2: Factory = /* @__PURE__ */ resNetV2('ResNet50_V2', [3, 4, 6, 3])
/** 224 by 224 pixels, 44.5 million parameters. */
export const ResNet101_V2: Factory = /* @__PURE__ */ resNetV2('ResNet101_V2', [3, 4, 23, 3])
/** 224 by 224 pixels, 60.2 million parameters. */
export const ResNet152_V2: Factory = /* @__PURE__ */ resNetV2('ResNet152_V2', [3, 8, 36, 3])
