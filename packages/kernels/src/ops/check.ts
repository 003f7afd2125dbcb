import { ClasError } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Throws `shape-mismatch` unless the tensor is float32 and has the expected shape; null stands for any length. */
export function checkShape(op: string, name: string, tensor: Tensor, expected: readonly (number | null)[]): void {
  const { shape, dtype } = tensor
  if (dtype !== 'float32') mismatch(op, name, 'float32 values', dtype)
  const fits = shape.length === expected.length && expected.every((length, i) => length === null || length === shape[i])
  if (!fits) mismatch(op, name, `the shape [${expected.map((length) => length ?? '?').join(', ')}]`, show(shape))
}

/** Throws `shape-mismatch` unless the tensor is float32 and has at least that many axes. */
export function checkRank(op: string, name: string, tensor: Tensor, least: number): void {
  if (tensor.dtype !== 'float32') mismatch(op, name, 'float32 values', tensor.dtype)
  if (tensor.rank < least) mismatch(op, name, `at least ${least} axes`, show(tensor.shape))
}

/** Throws `shape-mismatch` with what was expected of which argument and what was found. */
export function mismatch(op: string, name: string, expected: string, found: string): never {
  throw new ClasError('shape-mismatch', `${op}: expected ${expected} for ${name}, found ${found}`, {
    op,
    name,
    expected,
    found,
  })
}

/** Throws `bad-option` with what was expected of which option and what was found. */
export function badOption(op: string, name: string, expected: string, found: unknown): never {
  throw new ClasError('bad-option', `${op}: ${name} must be ${expected}, found ${JSON.stringify(found)}`, {
    op,
    name,
    expected,
    found,
  })
}

/** A shape as text. */
export function show(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}
