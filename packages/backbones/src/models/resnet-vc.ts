import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { legacyResNet } from '../blocks/legacy-resnet.ts'
import { bottleneck } from '../blocks/residual.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * ResNet with a stem of three 3x3 convolutions (He et al. 2019, arXiv 1812.01187), under the keys of its own weights.
 * 224 by 224 pixels, 25.6 million parameters, published top-1 78.35 %.
 */
export function ResNet50_vc(options: ModelOptions = {}): Model {
  return legacyResNet(
    {
      name: 'ResNet50_vc',
      type: 'ResNet',
      stem: [32, 32, 64],
      depths: [3, 4, 6, 3],
      block: (place) => bottleneck(place, { convBn: convBatchNorm }),
    },
    options,
  )
}
