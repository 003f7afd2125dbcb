import type { Tensor } from '@tensorflow/tfjs-core'
import { type Module, module } from '../module.ts'

/**
 * Modules and functions one after the other, under the names `0`, `1`, ….
 *
 * @param steps - modules, or functions of a tensor such as `relu`
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
 * Runs bound modules one after the other, by name.
 *
 * @param bound - what a forward function is given; each name must be a module of it
 * @param names - in the order to run
 */
export function inOrder(bound: object, names: readonly string[], x: Tensor): Tensor {
  const modules = bound as Readonly<Record<string, (x: Tensor) => Tensor>>
  return names.reduce((value, name) => (modules[name] as (x: Tensor) => Tensor)(value), x)
}
