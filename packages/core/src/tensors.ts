import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Tensors by dotted path, as in a checkpoint: `blocks.0.conv0.conv.weight`. */
export type Tensors = Readonly<Record<string, Tensor>>

/** All that a model has learned: parameters, which gradients change, and buffers, which the forward pass changes. */
export interface Variables {
  /** What gradients change. */
  readonly params: Tensors
  /** What the forward pass changes in training: running statistics. */
  readonly buffers: Tensors
}

/** Which paths to select: a path, the start of paths up to a dot (`blocks.0`), an expression, or a function. */
export type Selector = string | RegExp | ((path: string) => boolean)

/**
 * Whether a path is selected by any of the selectors.
 *
 * @param selectors - one or a list; an empty list selects nothing
 * @param path - a dotted path
 * @example
 * ```ts
 * import { selects } from '@clas/core'
 * console.log(selects(['stem', /bias$/], 'stem.0.weight'), selects('blocks.1', 'blocks.10.weight')) // true false
 * ```
 */
export function selects(selectors: Selector | readonly Selector[], path: string): boolean {
  const list = Array.isArray(selectors) ? (selectors as readonly Selector[]) : [selectors as Selector]
  return list.some((selector) => {
    if (typeof selector === 'string') return path === selector || path.startsWith(`${selector}.`)
    return selector instanceof RegExp ? selector.test(path) : selector(path)
  })
}

/**
 * Makes a record of the results of `f`, inside one `tidy`. Undefined results are left out.
 *
 * @param tensors - by path; they stay as they are
 * @param f - is given each tensor and its path
 * @returns tensors that the caller owns
 * @example
 * ```ts
 * import { mapTensors } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { ones, square } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const tensors = { w: ones([2]), b: ones([1]) }
 * const squares = mapTensors(tensors, (tensor, path) => (path === 'w' ? square(tensor) : undefined))
 * console.log(Object.keys(squares)) // [ 'w' ]
 * ```
 */
export function mapTensors(tensors: Tensors, f: (tensor: Tensor, path: string) => Tensor | undefined): Tensors {
  return tidy(() => {
    const result: Record<string, Tensor> = {}
    for (const [path, tensor] of Object.entries(tensors)) {
      const value = f(tensor, path)
      if (value) result[path] = value
    }
    return result
  })
}

/**
 * Splits a record in two: the selected tensors and the rest. No tensor is copied.
 *
 * @param tensors - by path
 * @param selectors - one or a list
 * @example
 * ```ts
 * import { createRng, partition } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear, relu, sequential } from '@clas/nn'
 * await useBackend('cpu')
 * const { params } = init(sequential([linear(4, 8), relu, linear(8, 2)]), createRng(1))
 * const [head, backbone] = partition(params, '2')
 * console.log(Object.keys(head), Object.keys(backbone)) // [ '2.weight', '2.bias' ] [ '0.weight', '0.bias' ]
 * ```
 */
export function partition(tensors: Tensors, selectors: Selector | readonly Selector[]): readonly [Tensors, Tensors] {
  const selected: Record<string, Tensor> = {}
  const rest: Record<string, Tensor> = {}
  for (const [path, tensor] of Object.entries(tensors)) (selects(selectors, path) ? selected : rest)[path] = tensor
  return [selected, rest]
}

/** Copies of all tensors, which the caller owns. They share memory with the originals, and outlive them. */
export function cloneTensors(tensors: Tensors): Tensors {
  return mapTensors(tensors, (tensor) => tensor.clone())
}

/**
 * Frees the tensors of `old` that are not in `kept` as well.
 *
 * @param old - by path
 * @param kept - what stays, under the same path or another; default none
 */
export function disposeReplaced(old: Tensors, kept: Tensors = {}): void {
  const stays = new Set(Object.values(kept))
  dispose(Object.values(old).filter((tensor) => !stays.has(tensor)))
}

/** Frees parameters and buffers, all of them. */
export function disposeVariables(variables: Variables): void {
  disposeReplaced(variables.params)
  disposeReplaced(variables.buffers)
}
