import type { Tensor } from '@tensorflow/tfjs-core'
import { type Module, module } from '../module.ts'

/**
 * Modules and functions one after the other, under the names `0`, `1`, ….
 *
 * @param steps - modules, or functions of a tensor such as `relu`
 * @example
 * ```ts
 * import { conv2d, flatten, globalAvgPool, linear, relu, sequential, summary } from '@clas/nn'
 * const net = sequential([conv2d(3, 16, 3), relu, globalAvgPool, flatten, linear(16, 10)])
 * console.log(summary(net, [1, 32, 32, 3]).outputShape) // [1, 10]
 * ```
 */
export function sequential(steps: readonly (Module | ((x: Tensor) => Tensor))[]): Module {
  const parts = Object.fromEntries(
    steps.map((step, i) => [
      String(i),
      typeof step === 'function' ? module({}, (_, x) => step(x), step.name || 'function') : step,
    ]),
  )
  return module(parts, (bound, x) => inOrder(bound, Object.keys(parts), x), 'sequential')
}

/** Returns its input: what a removed head or sublayer is replaced by. */
export function identity(): Module {
  return module({}, (_, x) => x.clone(), 'identity')
}

/**
 * Runs bound modules one after the other, by name, inside a forward function.
 *
 * @param bound - what a forward function is given; each name must be a module of it
 * @param names - in the order to run
 * @param x - what the first is given
 * @example
 * ```ts
 * import { inOrder, linear, module } from '@clas/nn'
 * const net = module({ fc1: linear(4, 8), fc2: linear(8, 2) }, (parts, x) => inOrder(parts, ['fc1', 'fc2'], x))
 * console.log(Object.keys(net.parts))
 * ```
 */
export function inOrder(bound: object, names: readonly string[], x: Tensor): Tensor {
  const modules = bound as Readonly<Record<string, (x: Tensor) => Tensor>>
  return names.reduce((value, name) => (modules[name] as (x: Tensor) => Tensor)(value), x)
}
