import type {
  DataType,
  FillAttrs,
  LinSpaceAttrs,
  MultinomialAttrs,
  RangeAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core'
import { TYPES } from '../runtime.ts'
import type { AnyKernel, Kernel, Scope } from './scope.ts'

const fill = (scope: Scope, _inputs: object, { shape, value, dtype }: FillAttrs): TensorInfo => {
  const type: DataType = dtype ?? 'float32'
  const number = type === 'float32' ? scope.float(Number(value)) : scope.int(Number(value))
  return scope.op('Fill', [scope.ints(shape), scope.cast(number, type)])
}

const range = (scope: Scope, _inputs: object, { start, stop, step, dtype }: RangeAttrs): TensorInfo => {
  const number = (value: number): TensorInfo => (dtype === 'int32' ? scope.int(value) : scope.float(value))
  // tfjs counts down where stop is below start and nobody gave a step.
  const by = start > stop && step === 1 ? -1 : step
  const reaches = start !== stop && start < stop === by > 0
  return reaches
    ? scope.op('Range', [number(start), number(stop), number(by)])
    : scope.op('Fill', [scope.ints([0]), number(0)])
}

const linSpace = (scope: Scope, _inputs: object, { start, stop, num }: LinSpaceAttrs): TensorInfo =>
  scope.op('LinSpace', [scope.float(start), scope.float(stop), scope.int(num)])

const multinomial: Kernel<'logits', MultinomialAttrs> = (scope, { logits }, { numSamples, seed, normalized }) => {
  const logs = normalized ? scope.op('Log', [logits]) : logits
  // By the seed alone: TensorFlow's other operation goes on where its last run ended.
  const seeds = scope.ints([Math.floor(seed * 2 ** 31), 0])
  return scope.op('StatelessMultinomial', [logs, scope.int(numSamples), seeds], { output_dtype: { type: TYPES.int32 } })
}

const rowsOf = (x: TensorInfo): readonly [number, number] => {
  const columns = x.shape.at(-1) ?? 1
  return [x.shape.reduce((size, length) => size * length, 1) / Math.max(columns, 1), columns]
}

/** Along the last axis of rows. */
const fourier =
  (operation: string): Kernel<'input'> =>
  (scope, { input }) =>
    scope.reshape(scope.op(operation, [scope.reshape(input, rowsOf(input))]), input.shape)

export const CREATION: Readonly<Record<string, AnyKernel>> = {
  Fill: fill,
  ZerosLike: ((scope, { x }) => scope.op('ZerosLike', [x])) as Kernel<'x'>,
  OnesLike: ((scope, { x }) => scope.op('OnesLike', [x])) as Kernel<'x'>,
  Range: range,
  LinSpace: linSpace,
  Multinomial: multinomial,
  Diag: ((scope, { x }) => scope.op('Diag', [x])) as Kernel<'x'>,
  Complex: ((scope, { real, imag }) => scope.op('Complex', [real, imag])) as Kernel<'real' | 'imag'>,
  Real: ((scope, { input }) => scope.op('Real', [input])) as Kernel<'input'>,
  Imag: ((scope, { input }) => scope.op('Imag', [input])) as Kernel<'input'>,
  ComplexAbs: ((scope, { x }) => scope.op('ComplexAbs', [x])) as Kernel<'x'>,
  FFT: fourier('FFT'),
  IFFT: fourier('IFFT'),
}
