import type { ActivationAttributes, ActivationKind } from '../contract.ts'
import { sizeOf, type WasmKernel } from './call.ts'

/** The numbers of the kinds in assembly/activation.ts. */
const KINDS: Readonly<Record<ActivationKind, number>> = {
  relu: 0,
  relu6: 1,
  leakyRelu: 2,
  sigmoid: 3,
  hardSigmoid: 4,
  hardSwish: 5,
  swish: 6,
  gelu: 7,
  geluTanh: 8,
  tanh: 9,
}

export const activation: WasmKernel<ActivationAttributes> = (call, { kind, slope, offset }) => {
  const x = call.input('x')
  const y = call.output(x.shape)
  call.module.activation(KINDS[kind], x.address, y.address, sizeOf(x.shape), slope, offset)
  return y
}

export const activationGradient: WasmKernel<ActivationAttributes> = (call, { kind, slope, offset }) => {
  const dy = call.input('dy')
  const x = call.input('x')
  const dx = call.output(x.shape)
  call.module.activationGradient(KINDS[kind], dy.address, x.address, dx.address, sizeOf(x.shape), slope, offset)
  return dx
}
