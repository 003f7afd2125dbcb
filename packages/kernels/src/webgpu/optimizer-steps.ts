import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { AdamAttributes, MomentumAttributes } from '../contract.ts'
import type { WebgpuKernel } from './call.ts'

// A program of tfjs has one output, so that each output is a pass; what comes later takes what was written before.

/** ClasMomentum */
export const momentum: WebgpuKernel<MomentumAttributes> = (call, attributes) => {
  const [param, gradient] = [call.input('param'), call.input('gradient')]
  const { momentum, weightDecay, dampening, nesterov } = attributes
  const velocity = call.run({
    output: param.shape,
    inputs: { velocity: call.input('velocity'), ...decayedInputs(gradient, param, weightDecay) },
    floats: { momentum, undamped: 1 - dampening, weightDecay },
    code: `
      ${decayed(weightDecay)}
      fn value(i : i32) -> f32 { return uniforms.momentum * velocity[i] + uniforms.undamped * decayed(i); }`,
  })
  const next = call.run({
    output: param.shape,
    inputs: { param, velocity, lr: call.input('lr'), ...(nesterov && { gradient }) },
    floats: { momentum, weightDecay },
    code: nesterov
      ? `
      ${decayed(weightDecay)}
      fn value(i : i32) -> f32 { return param[i] - lr[0] * (decayed(i) + uniforms.momentum * velocity[i]); }`
      : 'fn value(i : i32) -> f32 { return param[i] - lr[0] * velocity[i]; }',
  })
  return [next, velocity]
}

/** ClasAdam */
export const adam: WebgpuKernel<AdamAttributes> = (call, { beta1, beta2, weightDecay, decoupled }) => {
  const [param, gradient] = [call.input('param'), call.input('gradient')]
  const decay = decoupled ? 0 : weightDecay
  const mean = call.run({
    output: param.shape,
    inputs: { mean: call.input('mean'), ...decayedInputs(gradient, param, decay) },
    floats: { beta: beta1, rest: 1 - beta1, weightDecay: decay },
    code: `
      ${decayed(decay)}
      fn value(i : i32) -> f32 { return uniforms.beta * mean[i] + uniforms.rest * decayed(i); }`,
  })
  const squares = call.run({
    output: param.shape,
    inputs: { squares: call.input('squares'), ...decayedInputs(gradient, param, decay) },
    floats: { beta: beta2, rest: 1 - beta2, weightDecay: decay },
    code: `
      ${decayed(decay)}
      fn value(i : i32) -> f32 { return uniforms.beta * squares[i] + uniforms.rest * decayed(i) * decayed(i); }`,
  })
  const rates = { lr: call.input('lr'), factor: call.input('factor'), smallest: call.input('smallest') }
  const next = call.run({
    output: param.shape,
    inputs: { param, mean, squares, ...rates },
    floats: { weightDecay: decoupled ? weightDecay : 0 },
    code: `
      fn value(i : i32) -> f32 {
        let way = factor[0] * mean[i] / (sqrt(squares[i]) + smallest[0]);
        return param[i] - lr[0] * (way + uniforms.weightDecay * param[i]);
      }`,
  })
  return [next, mean, squares]
}

function decayedInputs(
  gradient: TensorInfo,
  param: TensorInfo,
  weightDecay: number,
): Readonly<Record<string, TensorInfo>> {
  return weightDecay === 0 ? { gradient } : { gradient, param }
}

/** WGSL of the gradient with the decay added. Where there is none the parameter is not read. */
function decayed(weightDecay: number): string {
  const decay = weightDecay === 0 ? '' : ' + uniforms.weightDecay * param[i]'
  return `fn decayed(i : i32) -> f32 { return gradient[i]${decay}; }`
}
