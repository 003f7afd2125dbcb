import type { ActivationAttributes } from '../contract.ts'
import { KINDS } from './activation.ts'
import { asMatrix, type Call, type Operand, type WasmKernel } from './call.ts'
import { at, gradientOfSums, gradientParts, moments, shareRows } from './norm.ts'

// Kernels of programs: batch normalisation, the sum with a shortcut and the activation in one, with the bits that they have
// one by one.

/** Of a batch normalisation and the activation that follows. */
export interface NormActivationAttributes extends ActivationAttributes {
  readonly epsilon: number
}

/** x, gamma, beta, shortcut? → activation(batchNorm(x) + shortcut), mean, variance */
export const normActivation: WasmKernel<NormActivationAttributes> = (call, attributes) => {
  const x = call.input('x')
  const { channels } = asMatrix(x.shape)
  const [y, mean, variance] = [call.output(x.shape), call.output([channels]), call.output([channels])]
  const scale = moments(call, x, call.input('gamma').address, attributes.epsilon, mean.address, variance.address)
  activate(call, [x, y], [mean.address, scale, call.input('beta').address], attributes)
  return [y, mean, variance]
}

/** x, scale, offset, shortcut? → activation(x * scale + offset + shortcut) */
export const affineActivation: WasmKernel<ActivationAttributes> = (call, attributes) => {
  const x = call.input('x')
  const y = call.output(x.shape)
  activate(call, [x, y], [0, call.input('scale').address, call.input('offset').address], attributes)
  return y
}

/** @param statistics - addresses of the mean, 0 without one, of the scale and of the offset */
function activate(
  call: Call,
  [x, y]: readonly [Operand, Operand],
  statistics: readonly number[],
  { kind, slope, offset }: ActivationAttributes,
): void {
  const { rows, channels } = asMatrix(x.shape)
  const shortcut = call.optional('shortcut')
  call.run(
    'normalizeActivation',
    shareRows(call, rows, channels).map(([from, to]) => [
      ...[at(x, from, channels), ...statistics, shortcut && shortcut + 4 * from * channels, at(y, from, channels)],
      ...[to - from, channels, KINDS[kind], slope, offset],
    ]),
  )
}

/**
 * dy, more?, x, gamma, mean, variance, and beta or source → dx, dgamma, dbeta, and d = (dy + more) * activation'(s) where
 * `keeps` says so. What was activated, s, is what normalisation gave, or has the derivative of `source`.
 */
export const normActivationGradient: WasmKernel<NormActivationAttributes & { readonly keeps: boolean }> = (
  call,
  { epsilon, kind, slope, offset, keeps },
) => {
  const [dy, x, mean] = [call.input('dy'), call.input('x'), call.input('mean').address]
  const [gamma, variance] = [call.input('gamma').address, call.input('variance').address]
  const { rows, channels } = asMatrix(x.shape)
  const [dx, dgamma, dbeta] = [call.output(x.shape), call.output([channels]), call.output([channels])]
  // d lies where dx will be, unless others need it too.
  const d = keeps ? call.output(x.shape) : dx
  const source = call.optional('source')
  const scale = source === 0 ? call.scratch(channels) : 0
  if (source === 0) call.module.batchNormScale(gamma, variance, epsilon, scale, channels)
  const [beta, more] = [call.optional('beta'), call.optional('more')]
  const { parts, sums, floats } = gradientParts(call, rows, channels)
  call.run(
    'activationGradientPart',
    parts.map(([from, to], i) => {
      const skip = 4 * from * channels
      return [
        ...[dy.address + skip, more && more + skip, x.address + skip, mean, scale, beta, source && source + skip],
        ...[d.address + skip, to - from, channels, KINDS[kind], slope, offset, sums + 4 * floats * i],
      ]
    }),
    call.module.activationGradientPartScratch(channels),
  )
  gradientOfSums(call, epsilon, { dy: d, x, dx, dgamma, dbeta, sums, parts: parts.length })
  return keeps ? [dx, dgamma, dbeta, d] : [dx, dgamma, dbeta]
}
