import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { legacyResNet } from '../blocks/legacy-resnet.ts'
import { basicBlock, bottleneck } from '../blocks/residual.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * ResNet "vd" (He et al. 2019, arXiv 1812.01187) with squeeze and excitation in each block (Hu et al. 2018, arXiv
 * 1709.01507).
 */
export type SEResNetOptions = ModelOptions

type Factory = (options?: SEResNetOptions) => Model
type Four = readonly [number, number, number, number]

const NARROW: Four = [64, 128, 256, 512]
const WIDE: Four = [256, 512, 1024, 2048]

const seResNet =
  (depth: number, depths: Four, kind: 'basic' | 'bottleneck'): Factory =>
  (options = {}) => {
    const make = kind === 'basic' ? basicBlock : bottleneck
    return legacyResNet(
      {
        name: `SE_ResNet${depth}_vd`,
        type: 'SE_ResNet',
        stem: [32, 32, 64],
        depths,
        channels: kind === 'basic' ? NARROW : WIDE,
        block: (place) => make(place, { convBn: convBatchNorm, pooled: true, excited: true }),
      },
      options,
    )
  }

/** 224 by 224 pixels, 11.8 million parameters, published top-1 73.33 %. */
export const SE_ResNet18_vd: Factory = /* @__PURE__ */ seResNet(18, [2, 2, 2, 2], 'basic')
/** 224 by 224 pixels, 22.0 million parameters, published top-1 76.51 %. */
export const SE_ResNet34_vd: Factory = /* @__PURE__ */ seResNet(34, [3, 4, 6, 3], 'basic')
/** 224 by 224 pixels, 28.1 million parameters, published top-1 79.52 %. */
export const SE_ResNet50_vd: Factory = /* @__PURE__ */ seResNet(50, [3, 4, 6, 3], 'bottleneck')
