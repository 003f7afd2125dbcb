import { type ArrayRecord, ClasError, type StateDict } from '@clas/core'
import { Tensor, tensor } from '@tensorflow/tfjs-core'
import type { TransformState } from './transform.ts'

/** All tensors of a state. */
export function tensorsOf(state: TransformState): Tensor[] {
  if (state instanceof Tensor) return [state]
  return typeof state === 'number' ? [] : Object.values(state).flatMap(tensorsOf)
}

/**
 * Splits a state into arrays, read back from the device, and a tree of JSON that has the name of an array where the state
 * has a tensor. A name is the way through the tree: `1/velocity/fc.weight`.
 */
export async function saveState(state: TransformState): Promise<{ arrays: StateDict; tree: unknown }> {
  const found: [string, Tensor][] = []
  const walk = (value: TransformState, way: readonly string[]): unknown => {
    if (typeof value === 'number') return value
    if (value instanceof Tensor) {
      const name = way.join('/')
      found.push([name, value])
      return name
    }
    if (Array.isArray(value)) return (value as readonly TransformState[]).map((item, i) => walk(item, [...way, `${i}`]))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...way, key])]))
  }
  const tree = walk(state, [])
  const arrays = await Promise.all(
    found.map(async ([name, value]): Promise<[string, ArrayRecord]> => {
      // Some backends hand out the values themselves, so they are copied.
      const data = (await value.data<'float32'>()).slice()
      return [name, { shape: [...value.shape], data }]
    }),
  )
  return { arrays: Object.fromEntries(arrays), tree }
}

/** The reverse of {@link saveState}. Throws `state-dict-mismatch` for an array that is missing. */
export function restoreState(arrays: StateDict, tree: unknown): TransformState {
  if (typeof tree === 'number') return tree
  if (typeof tree === 'string') return restoreTensor(arrays[tree], tree)
  if (Array.isArray(tree)) return tree.map((item) => restoreState(arrays, item))
  if (typeof tree !== 'object' || tree === null) {
    throw new ClasError('state-dict-mismatch', `the optimizer's saved state holds ${String(tree)}`, { found: tree })
  }
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, restoreState(arrays, item)]))
}

function restoreTensor(array: ArrayRecord | undefined, name: string): Tensor {
  if (!array) {
    const message = `the optimizer's saved state has no array '${name}'; take a checkpoint that is whole`
    throw new ClasError('state-dict-mismatch', message, { name })
  }
  const { shape, data } = array
  return tensor(data.slice(), [...shape], data instanceof Float32Array ? 'float32' : 'int32')
}
