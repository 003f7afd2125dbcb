import { pathOf, type Rng } from '@clas/core'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'

/** A tensor that the host makes anew at each step. */
export interface HostTensor {
  readonly tensor: Tensor
  readonly shape: readonly number[]
  /** From the generator of the step to the one that it is made of. */
  readonly path: readonly (string | number)[]
  readonly make: (rng: Rng) => Float32Array
}

/** Collects the host tensors of a step that is being recorded. */
export interface HostTensorLog {
  readonly root: Rng
  readonly made: HostTensor[]
  fail(obstacle: string): void
}

let log: HostTensorLog | undefined

/** Runs `f` while host tensors are noted in `next`. */
export function withHostTensorLog<R>(next: HostTensorLog, f: () => R): R {
  const before = log
  log = next
  try {
    return f()
  } finally {
    log = before
  }
}

/**
 * Makes a tensor of random numbers on the host. In a compiled step it is made anew at each call, from the generator of
 * that call; a tensor made otherwise would stay what it was in the first.
 *
 * @param rng - a stream nothing was drawn from yet: fork one for each tensor
 * @param make - gives the values, float32, as many as the shape holds
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { hostTensor, useBackend } from '@clas/kernels'
 * await useBackend('cpu')
 * const noise = hostTensor(createRng(1).fork('noise'), [2, 3], (rng) => Float32Array.from({ length: 6 }, rng.next))
 * console.log(noise.shape) // [2, 3]
 * ```
 */
export function hostTensor(rng: Rng, shape: readonly number[], make: (rng: Rng) => Float32Array): Tensor {
  const values = make(rng)
  const result = tensor(values, [...shape], 'float32')
  if (log) note(log, { rng, shape, make, values, result })
  return result
}

interface Made {
  readonly rng: Rng
  readonly shape: readonly number[]
  readonly make: (rng: Rng) => Float32Array
  readonly values: Float32Array
  readonly result: Tensor
}

function note(to: HostTensorLog, { rng, shape, make, values, result }: Made): void {
  const path = pathOf(rng, to.root)
  if (!path) return to.fail('random numbers are drawn from a generator that is not a fork of the one of the step')
  const again = make(path.length === 0 ? to.root.fork() : to.root.fork(...path))
  if (!values.every((value, i) => value === again[i])) {
    return to.fail('a random tensor is made from a generator that was drawn from before; fork one for each tensor')
  }
  to.made.push({ tensor: result, shape, path, make })
}
