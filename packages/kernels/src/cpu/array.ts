import type { Shape } from '../contract.ts'

/** A tensor's shape and its values in C order: what the reference kernels compute with. */
export interface NdArray {
  readonly shape: Shape
  readonly values: Float32Array
}

/** A kernel as plain loops: arrays by name and attributes in, arrays in the contract's order out. */
export type ReferenceKernel = (inputs: Readonly<Record<string, NdArray>>, attributes: unknown) => readonly NdArray[]

/** The inputs of those names, which the contract promises. */
export function pick<const N extends readonly string[]>(
  inputs: Readonly<Record<string, NdArray>>,
  ...names: N
): { [K in keyof N]: NdArray } {
  return names.map((name) => inputs[name] as NdArray) as { [K in keyof N]: NdArray }
}

/** An array of float32 from sums in float64. */
export function ndArray(shape: Shape, values: ArrayLike<number>): NdArray {
  return { shape, values: Float32Array.from(values) }
}

/** How many values a shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** An array seen as a matrix: the last axis, and all others as rows. */
export function asRows({ shape }: NdArray): { readonly rows: number; readonly columns: number } {
  return { rows: sizeOf(shape.slice(0, -1)), columns: shape.at(-1) ?? 1 }
}
