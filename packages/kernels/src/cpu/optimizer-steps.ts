import type { AdamAttributes, MomentumAttributes } from '../contract.ts'
import { type NdArray, pick, type ReferenceKernel } from './array.ts'

/** ClasMomentum */
export const momentum: ReferenceKernel = (inputs, attributes) => {
  const [param, gradient, velocity, rate] = pick(inputs, 'param', 'gradient', 'velocity', 'lr')
  const { momentum, weightDecay, dampening, nesterov } = attributes as MomentumAttributes
  const lr = numberOf(rate)
  const { shape } = param
  const next = new Float32Array(param.values.length)
  const gathered = new Float32Array(next.length)
  for (let i = 0; i < next.length; i++) {
    const p = param.values[i] as number
    const g = (gradient.values[i] as number) + weightDecay * p
    const v = momentum * (velocity.values[i] as number) + (1 - dampening) * g
    gathered[i] = v
    next[i] = p - lr * (nesterov ? g + momentum * v : v)
  }
  return [
    { shape, values: next },
    { shape, values: gathered },
  ]
}

/** ClasAdam */
export const adam: ReferenceKernel = (inputs, attributes) => {
  const [param, gradient, mean, squares] = pick(inputs, 'param', 'gradient', 'mean', 'squares')
  const [lr, factor, smallest] = pick(inputs, 'lr', 'factor', 'smallest').map(numberOf) as [number, number, number]
  const { beta1, beta2, weightDecay, decoupled } = attributes as AdamAttributes
  const { shape } = param
  const next = new Float32Array(param.values.length)
  const means = new Float32Array(next.length)
  const squared = new Float32Array(next.length)
  for (let i = 0; i < next.length; i++) {
    const p = param.values[i] as number
    const decay = weightDecay * p
    const g = (gradient.values[i] as number) + (decoupled ? 0 : decay)
    const m = beta1 * (mean.values[i] as number) + (1 - beta1) * g
    const s = beta2 * (squares.values[i] as number) + (1 - beta2) * g * g
    means[i] = m
    squared[i] = s
    next[i] = p - lr * ((factor * m) / (Math.sqrt(s) + smallest) + (decoupled ? decay : 0))
  }
  return [
    { shape, values: next },
    { shape, values: means },
    { shape, values: squared },
  ]
}

function numberOf({ values }: NdArray): number {
  return values[0] as number
}
