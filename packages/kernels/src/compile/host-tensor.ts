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

/**
 * Says that what a step does now can't be compiled: it reads a value of the host that the next call may have another of.
 * The step then runs as ever, and its report has the reason. Does nothing outside a step that is being recorded.
 *
 * @param obstacle - what is in the way, as part of a sentence
 * @example
 * ```ts
 * import { cannotCompile, compileStep, useBackend } from '@clas/kernels'
 * import { mul, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * let calls = 0
 * using step = compileStep(({ x }: { x: Tensor }) => {
 *   cannotCompile('the step counts its calls')
 *   return { y: mul(x, ++calls) }
 * })
 * console.log(step({ x: tensor1d([1]) }).y.dataSync()[0]) // 1
 * ```
 */
export function cannotCompile(obstacle: string): void {
  log?.fail(obstacle)
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
  if (!path) {
    to.fail('random numbers are drawn from a generator that is not a fork of the one of the step')
    return
  }
  const again = make(path.length === 0 ? to.root.fork() : to.root.fork(...path))
  if (!values.every((value, i) => value === again[i])) {
    to.fail('a random tensor is made from a generator that was drawn from before; fork one for each tensor')
    return
  }
  to.made.push({ tensor: result, shape, path, make })
}
