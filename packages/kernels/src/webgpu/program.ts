import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'
import { sizeOf, type WebgpuBackend } from './backend.ts'

/** A computation in WGSL, one thread for each value of its output. */
export interface Program {
  readonly output: Shape
  /** Default: float32. */
  readonly dtype?: 'float32' | 'int32'
  /** Each is a flat array of that name in the code, in C order. At most seven. */
  readonly inputs: Readonly<Record<string, TensorInfo>>
  /** `uniforms.name` of the code, i32. What differs between calls goes here, so that programs are compiled once. */
  readonly integers?: Readonly<Record<string, number>>
  /** `uniforms.name` of the code, f32. */
  readonly floats?: Readonly<Record<string, number>>
  /** WGSL with `fn value(index : i32) -> f32`, or `-> i32`: the value at that place of the output, in C order. */
  readonly code: string
}

const THREADS = 64

/** Runs a program and returns its output, which is the caller's. */
export function runProgram(backend: WebgpuBackend, program: Program): TensorInfo {
  const { output, dtype = 'float32', integers = {}, floats = {} } = program
  const names = Object.keys(program.inputs)
  const size = sizeOf(output)
  const uniforms = [
    ...Object.keys(integers).map((name) => `${name} : i32,`),
    ...Object.keys(floats).map((name) => `${name} : f32,`),
  ].join(' ')
  // A buffer of no bytes can't be bound; nothing of its stand-in is read.
  const standIns: TensorInfo[] = []
  const inputs = names.map((name) => {
    const input = program.inputs[name] as TensorInfo
    if (sizeOf(input.shape) > 0 || size === 0) return { ...input, shape: [sizeOf(input.shape)] }
    const standIn = backend.makeTensorInfo([1], input.dtype, new Float32Array(1))
    standIns.push(standIn)
    return standIn
  })
  const result = backend.runWebGPUProgram(
    {
      shaderKey: `clas ${uniforms} ${program.code}`,
      variableNames: names,
      uniforms,
      outputShape: [size],
      size: true,
      workgroupSize: [THREADS, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(size / THREADS), 1, 1],
      getUserCode: () => `
        ${program.code}
        fn main(index : i32) {
          if (index < uniforms.size) { result[index] = value(index); }
        }`,
    },
    inputs,
    dtype,
    [
      ...Object.values(integers).map((value) => ({ type: 'int32' as const, data: [value] })),
      ...Object.values(floats).map((value) => ({ type: 'float32' as const, data: [value] })),
    ],
  )
  for (const { dataId } of standIns) backend.disposeData(dataId)
  return { ...result, shape: [...output] }
}
