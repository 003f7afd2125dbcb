import { relu } from '@clas/kernels'
import { mul, neg, sub } from '@tensorflow/tfjs-core'
import { constant } from '../initializers.ts'
import { type Module, module, parameter } from '../module.ts'

/**
 * x where it is positive, else a learned slope times x (He et al. 2015, arXiv 1502.01852). Keys: `_weight` [channels],
 * first 0.25, as PaddlePaddle has it.
 *
 * @param channels - length of the last axis
 * @example
 * ```ts
 * import { prelu, summary } from '@clas/nn'
 * console.log(summary(prelu(16), [1, 8, 8, 16]).parameters) // 16
 * ```
 */
export function prelu(channels: number): Module {
  return module(
    { _weight: parameter([channels], constant(0.25)) },
    ({ _weight }, x) => sub(relu(x), mul(relu(neg(x)), _weight)),
    'prelu',
  )
}
