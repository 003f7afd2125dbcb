import { matMul } from '@clas/kernels'
import { add } from '@tensorflow/tfjs-core'
import { constant, xavierUniform } from '../initializers.ts'
import { type Initializer, type Module, module, parameter } from '../module.ts'

/** What a linear layer has. */
export interface LinearOptions {
  /** Whether a value is added to each output feature; default true. */
  readonly bias?: boolean
  /** Of the weight; default {@link xavierUniform}. */
  readonly initializer?: Initializer
}

/**
 * A linear layer over the last axis: [batch, ..., inFeatures] to [batch, ..., outFeatures]. Keys: `weight` [inFeatures,
 * outFeatures], `bias` [outFeatures]. In a pass it throws `shape-mismatch` when the last axis is not `inFeatures` long.
 *
 * @param inFeatures - length of the input's last axis
 * @param outFeatures - length of the output's last axis
 * @example
 * ```ts
 * import { linear, summary } from '@clas/nn'
 * console.log(summary(linear(768, 10), [1, 197, 768]).outputShape) // [1, 197, 10]
 * ```
 */
export function linear(inFeatures: number, outFeatures: number, options: LinearOptions = {}): Module {
  const { bias = true, initializer = xavierUniform() } = options
  const weight = parameter([inFeatures, outFeatures], initializer, { layout: 'linear' })
  if (!bias) return module({ weight }, (parts, x) => matMul(x, parts.weight), 'linear')
  return module(
    { weight, bias: parameter([outFeatures], constant(0)) },
    (parts, x) => add(matMul(x, parts.weight), parts.bias),
    'linear',
  )
}
