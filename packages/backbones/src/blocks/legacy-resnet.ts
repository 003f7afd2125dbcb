import { flatten, globalAvgPool, inOrder, linear, type Module, maxPool, module, relu, uniform } from '@clas/nn'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'
import { convBatchNorm } from './conv-batch-norm.ts'
import { type ResidualPlace, residualPlaces } from './residual-places.ts'

/** What differs between the residual networks of PaddleClas's older files. */
export interface LegacyResNet {
  readonly name: string
  /** The paper's name of the network, for summaries. */
  readonly type: string
  /** Channels of the stem: of one 7x7 convolution, or of three 3x3 ones. */
  readonly stem: readonly [number] | readonly [number, number, number]
  /** Key of a stem of one convolution; default `conv`. */
  readonly stemKey?: string
  /** Blocks of each stage. */
  readonly depths: readonly [number, number, number, number]
  /** Channels that the blocks of each stage give; default [256, 512, 1024, 2048]. */
  readonly channels?: readonly [number, number, number, number]
  readonly block: (place: ResidualPlace) => Module
}

/**
 * A classifier of four stages of residual blocks for 224 by 224 pixels. Keys: `conv` or `conv1_1` to `conv1_3`; `bb_i_j`,
 * block j of stage i; `out`.
 */
export function legacyResNet(architecture: LegacyResNet, { classes = 1000, inChannels = 3 }: ModelOptions): Model {
  const { name, type, stem, stemKey = 'conv', depths, channels = [256, 512, 1024, 2048], block } = architecture
  const stemParts: Record<string, Module> = {}
  for (const [i, width] of stem.entries()) {
    const options = { stride: i === 0 ? 2 : 1, activation: relu }
    if (stem.length === 1) stemParts[stemKey] = convBatchNorm(inChannels, width, 7, options)
    else stemParts[`conv1_${i + 1}`] = convBatchNorm(stem[i - 1] ?? inChannels, width, 3, options)
  }
  const blocks: Record<string, Module> = {}
  for (const place of residualPlaces({ depths, inChannels: stem.at(-1) as number, channels })) {
    blocks[`bb_${place.stage}_${place.index}`] = block(place)
  }
  const features = channels[3]
  const root = module(
    {
      ...stemParts,
      ...blocks,
      out: linear(features, classes, { initializer: uniform(1 / Math.sqrt(features)) }),
    },
    (parts, x) => {
      const pooled = maxPool(inOrder(parts, Object.keys(stemParts), x), 3, { stride: 2, padding: 1 })
      return parts.out(flatten(globalAvgPool(inOrder(parts, Object.keys(blocks), pooled))))
    },
    type,
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: depths.map((depth, stage) => `bb_${stage}_${depth - 1}`),
    classifier: 'out',
    preprocessing: imagenetPreprocessing,
  }
}
