import type { AdamAttributes, MomentumAttributes } from '../contract.ts'
import { type Call, ranges, sizeOf, type WasmKernel } from './call.ts'

/** ClasMomentum */
export const momentum: WasmKernel<MomentumAttributes> = (call, attributes) => {
  const [param, gradient, velocity] = [call.input('param'), call.input('gradient'), call.input('velocity')]
  const [next, gathered] = [call.output(param.shape), call.output(param.shape)]
  const arrays = [param, gradient, velocity, next, gathered].map(({ address }) => address)
  const { momentum, weightDecay, dampening, nesterov } = attributes
  const numbers = [call.input('lr').address, momentum, weightDecay, 1 - dampening, Number(nesterov)]
  call.run('momentumStep', share(call, sizeOf(param.shape), 1, arrays, numbers))
  return [next, gathered]
}

/** ClasAdam */
export const adam: WasmKernel<AdamAttributes> = (call, { beta1, beta2, weightDecay, decoupled }) => {
  const [param, gradient] = [call.input('param'), call.input('gradient')]
  const [mean, squares] = [call.input('mean'), call.input('squares')]
  const [next, means, squared] = [call.output(param.shape), call.output(param.shape), call.output(param.shape)]
  const arrays = [param, gradient, mean, squares, next, means, squared].map(({ address }) => address)
  const numbers = [
    ...[call.input('lr').address, call.input('factor').address, call.input('smallest').address],
    ...(decoupled ? [0, weightDecay] : [weightDecay, 0]),
    ...[beta1, 1 - beta1, beta2, 1 - beta2],
  ]
  call.run('adamStep', share(call, sizeOf(param.shape), 2, arrays, numbers))
  return [next, means, squared]
}

/** Arguments for runs of the arrays: a small parameter is one run, so that no thread is woken for it. */
function share(
  call: Call,
  size: number,
  nanosecondsEach: number,
  arrays: readonly number[],
  numbers: readonly number[],
): number[][] {
  return ranges(size, call.threadsFor(size * nanosecondsEach), 16).map(([from, to]) => [
    ...arrays.map((address) => address + 4 * from),
    to - from,
    ...numbers,
  ])
}
