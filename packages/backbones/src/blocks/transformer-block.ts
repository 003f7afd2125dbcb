import { constant, dropPath, layerNorm, type Module, module, parameter } from '@clas/nn'
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'

export interface TransformerBlockOptions {
  readonly attn: Module
  readonly mlp: Module
  /** Probability with which a picture skips a branch in training, in [0, 1); default 0. */
  readonly dropPath?: number
  /** Of the normalisations; default 1e-5. */
  readonly epsilon?: number
  /** First value of what both branches are multiplied by, channel by channel; they are not when left out. */
  readonly layerScale?: number
}

/**
 * Two residual branches, each with a normalisation before it. Keys: `norm1`, `attn`, `norm2`, `mlp`, and before them with
 * a layer scale `gamma_1`, `gamma_2`.
 */
export function transformerBlock(dim: number, options: TransformerBlockOptions): Module {
  const { attn, mlp, dropPath: dropped = 0, epsilon = 1e-5, layerScale } = options
  const gamma = layerScale === undefined ? undefined : parameter([dim], constant(layerScale))
  return module(
    {
      ...(gamma ? { gamma_1: gamma, gamma_2: gamma } : {}),
      norm1: layerNorm(dim, { epsilon }),
      attn,
      drop_path1: dropPath(dropped),
      norm2: layerNorm(dim, { epsilon }),
      mlp,
      drop_path2: dropPath(dropped),
    },
    ({ gamma_1, gamma_2, norm1, attn, drop_path1, norm2, mlp, drop_path2 }, x) => {
      const scaled = (branch: Tensor, gamma: Tensor | undefined): Tensor => (gamma ? mul(branch, gamma) : branch)
      const attended = add(x, drop_path1(scaled(attn(norm1(x)), gamma_1)))
      return add(attended, drop_path2(scaled(mlp(norm2(attended)), gamma_2)))
    },
    'transformerBlock',
  )
}
