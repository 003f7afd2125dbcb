import { matMul } from '@clas/kernels'
import { add } from '@tensorflow/tfjs-core'
import { constant, xavierUniform } from '../initializers.ts'
import { type Initializer, type Module, module, parameter } from '../module.ts'

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean
  /** Of the weight; default {@link xavierUniform}. */
  readonly initializer?: Initializer
}

/** A linear layer over the last axis: [..., inFeatures] to [..., outFeatures]. Keys: `weight` [in, out], `bias`. */
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
