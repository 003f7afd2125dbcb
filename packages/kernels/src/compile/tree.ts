import { ClasError } from '@clas/core'
import { Tensor } from '@tensorflow/tfjs-core'

/** The tensors of a tree in order, and a text that says all else: the structure, and what is not a tensor. */
export function flatten(tree: unknown): { readonly tensors: Tensor[]; readonly structure: string } {
  const tensors: Tensor[] = []
  const structure = JSON.stringify(
    mapTree(tree, (tensor) => {
      tensors.push(tensor)
      return { tensor: [tensor.dtype, ...tensor.shape] }
    }),
  )
  return { tensors, structure }
}

/** A copy of the tree with every tensor replaced. */
export function mapTree(tree: unknown, replace: (tensor: Tensor) => unknown): unknown {
  if (tree instanceof Tensor) return replace(tree)
  if (Array.isArray(tree)) return tree.map((value) => mapTree(value, replace))
  if (typeof tree === 'object' && tree !== null) {
    const prototype: unknown = Object.getPrototypeOf(tree)
    if (prototype !== Object.prototype && prototype !== null) {
      const found = tree.constructor?.name ?? 'an object of a class'
      throw new ClasError('bad-option', `a compiled step takes and gives records, lists and tensors, found ${found}`, {
        found,
      })
    }
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, mapTree(value, replace)]))
  }
  if (typeof tree === 'function' || typeof tree === 'symbol' || typeof tree === 'bigint') {
    throw new ClasError(
      'bad-option',
      `a compiled step takes and gives records, lists and tensors, found a ${typeof tree}`,
    )
  }
  return tree
}
