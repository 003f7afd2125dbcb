import type { ActivationAttributes, ActivationKind } from '../contract.ts'
import { type Call, ranges, sizeOf, type WasmKernel } from './call.ts'

/** The numbers of the kinds in assembly/activation.ts. */
export const KINDS: Readonly<Record<ActivationKind, number>> = {
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
  call.run(
    'activation',
    share(call, sizeOf(x.shape)).map(([from, to]) => [
      ...[KINDS[kind], x.address + 4 * from, y.address + 4 * from],
      ...[to - from, slope, offset],
    ]),
  )
  return y
}

export const activationGradient: WasmKernel<ActivationAttributes> = (call, { kind, slope, offset }) => {
  const dy = call.input('dy')
  const x = call.input('x')
  const dx = call.output(x.shape)
  call.run(
    'activationGradient',
    share(call, sizeOf(x.shape)).map(([from, to]) => [
      ...[KINDS[kind], dy.address + 4 * from, x.address + 4 * from, dx.address + 4 * from],
      ...[to - from, slope, offset],
    ]),
  )
  return dx
}

function share(call: Call, size: number): [number, number][] {
  return ranges(size, call.threadsFor(size / 2), 16)
}
