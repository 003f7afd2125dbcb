import type { Tensor } from '@tensorflow/tfjs-core'
import type { Schedule } from './schedule.ts'
import type { Transform } from './transform.ts'

/** What a transform does, for kernels that do more than one thing at once. */
export type Role =
  | { readonly kind: 'decay'; readonly coefficient: (path: string, param: Tensor) => number }
  | { readonly kind: 'rate'; readonly schedule: Schedule; readonly scale: (path: string, param: Tensor) => number }
  | { readonly kind: 'momentum'; readonly momentum: number; readonly nesterov: boolean; readonly dampening: number }
  | { readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }

const roles = new WeakMap<object, Role>()

/** Says what a transform does, and returns it. */
export function withRole<S>(role: Role, transform: Transform<S>): Transform<S> {
  roles.set(transform, role)
  return transform
}

/** What a transform said. */
export function roleOf(transform: Transform): Role | undefined {
  return roles.get(transform)
}
