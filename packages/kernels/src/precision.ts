import { ClasError } from '@clas/core'
import { getBackend } from '@tensorflow/tfjs-core'

/** The type that compute-heavy operations run in: float32, bfloat16 or float16 (IEEE half). */
export type Precision = 'f32' | 'bf16' | 'f16'

/** Options of {@link withPrecision}. */
export interface PrecisionOptions {
  /** Runs in float32 where the backend has no low precision, instead of throwing. Default: false. */
  readonly fallback?: boolean
}

/** What a backend offers that can compute in low precision. */
export interface PrecisionScope {
  /** Runs `f` in this precision. */
  within<R>(precision: Precision, f: () => R): R
}

const scopes = new Map<string, PrecisionScope>()
let current: Precision = 'f32'

/** Makes known that a backend can compute in low precision. */
export function registerPrecision(backend: string, scope: PrecisionScope): void {
  scopes.set(backend, scope)
}

/** The precision that operations run in now. */
export function currentPrecision(): Precision {
  return current
}

/**
 * Runs `f` with mixed precision: convolutions and matrix products in the low type; what is right in either (ReLU, sums,
 * pooling, batch norm with float32 statistics) in the type that its inputs have; softmax, losses, reductions and all else
 * in float32. Every tensor stays `float32` for tfjs, parameters and their gradients are float32, and values that are read
 * are too. Works inside of {@link compileStep} and around it, and may be nested: `f32` inside takes a part out.
 *
 * float16 has a smallest normal number of 6e-5: multiply the loss by some hundreds and divide the gradients by it, or use
 * bfloat16, which has the range of float32. The lists are those of Paddle's automatic mixed precision, level O1.
 *
 * @param precision - 'f32', 'bf16' or 'f16'
 * @param f - must not be asynchronous
 * @throws `bad-option` where the backend has no low precision and `fallback` is not set
 * @example
 * ```ts
 * import { conv2d, useBackend, withPrecision } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const y = withPrecision('bf16', () => conv2d(ones([1, 8, 8, 3]), ones([3, 3, 3, 4])), { fallback: true })
 * console.log(y.dtype) // float32
 * ```
 */
export function withPrecision<R>(precision: Precision, f: () => R, { fallback = false }: PrecisionOptions = {}): R {
  if (!PRECISIONS.includes(precision)) {
    throw new ClasError('bad-option', `precision must be 'f32', 'bf16' or 'f16', found '${precision}'`, { precision })
  }
  const backend = getBackend()
  const scope = scopes.get(backend)
  if (!scope && precision !== 'f32' && !fallback) {
    const message = `the backend '${backend}' computes in f32 alone, found '${precision}'; choose the backend 'tensorflow', or set fallback`
    throw new ClasError('bad-option', message, { precision, backend, backends: ['tensorflow'] })
  }
  const before = current
  current = scope ? precision : 'f32'
  try {
    const result = scope ? scope.within(precision, f) : f()
    if (result instanceof Promise) {
      throw new ClasError('bad-option', 'withPrecision must be given a function that is not asynchronous', {
        precision,
      })
    }
    return result
  } finally {
    current = before
  }
}

const PRECISIONS: readonly Precision[] = ['f32', 'bf16', 'f16']
