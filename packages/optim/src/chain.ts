import type { Tensors } from '@clas/core'
import { fuse } from './fused.ts'
import type { Transform, TransformState } from './transform.ts'

/** The states of transforms, in their order. */
export type ChainState<T extends readonly unknown[]> = {
  readonly [I in keyof T]: T[I] extends Transform<infer S> ? S : never
}

/**
 * Applies transforms one after the other: the updates of each are the input of the next. The order matters: decay before
 * momentum is L2 regularisation, decay after Adam is AdamW.
 *
 * @example
 * ```ts
 * import { chain, createOptimizer, scaleByLearningRate, trace } from '@clas/optim'
 * const optimizer = createOptimizer(chain(trace({ momentum: 0.9 }), scaleByLearningRate(0.1)))
 * console.log(optimizer.name) // chain(trace, scaleByLearningRate)
 * ```
 */
export function chain<const T extends readonly Transform[]>(...transforms: T): Transform<ChainState<T>> {
  const links: readonly Transform[] = transforms
  const rates = links.flatMap(({ learningRate }) => learningRate ?? [])
  const rate = rates.at(-1)
  const fused = fuse(links)
  return {
    name: `chain(${links.map(({ name }) => name).join(', ')})`,
    ...(rate && { learningRate: rate }),
    ...(fused as Pick<Transform<ChainState<T>>, 'fused' | 'release'> | undefined),
    init: (params) => links.map((link) => link.init(params)) as readonly unknown[] as ChainState<T>,
    update(gradients, state, info) {
      const states = state as readonly unknown[] as readonly TransformState[]
      let updates: Tensors = gradients
      const next = links.map((link, i) => {
        const [changed, kept] = link.update(updates, states[i] as TransformState, info)
        updates = changed
        return kept
      })
      return [updates, next as readonly unknown[] as ChainState<T>]
    },
  }
}
