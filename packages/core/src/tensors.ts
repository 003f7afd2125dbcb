import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Tensors by dotted path, as in a checkpoint: `blocks.0.conv0.conv.weight`. */
export type Tensors = Readonly<Record<string, Tensor>>

/** All that a model has learned: parameters, which gradients change, and buffers, which the forward pass changes. */
export interface Variables {
  readonly params: Tensors
  readonly buffers: Tensors
}

/** Which paths to select: a path, the start of paths up to a dot (`blocks.0`), an expression, or a function. */
export type Selector = string | RegExp | ((path: string) => boolean)

/** Whether a path is selected by any of the selectors. */
export function selects(selectors: Selector | readonly Selector[], path: string): boolean {
  const list = Array.isArray(selectors) ? (selectors as readonly Selector[]) : [selectors as Selector]
  return list.some((selector) => {
    if (typeof selector === 'string') return path === selector || path.startsWith(`${selector}.`)
    return selector instanceof RegExp ? selector.test(path) : selector(path)
  })
}

/** Makes a record of the results of `f`, inside one `tidy`. Undefined results are left out. */
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

/** Splits a record in two: the selected tensors and the rest. No tensor is copied. */
export function partition(tensors: Tensors, selectors: Selector | readonly Selector[]): readonly [Tensors, Tensors] {
  const selected: Record<string, Tensor> = {}
  const rest: Record<string, Tensor> = {}
  for (const [path, tensor] of Object.entries(tensors)) (selects(selectors, path) ? selected : rest)[path] = tensor
  return [selected, rest]
}

/** Copies of all tensors, which the caller owns. */
export function cloneTensors(tensors: Tensors): Tensors {
  return mapTensors(tensors, (tensor) => tensor.clone())
}

/** Frees the tensors of `old` that are not in `kept` as well. */
export function disposeReplaced(old: Tensors, kept: Tensors = {}): void {
  const stays = new Set(Object.values(kept))
  dispose(Object.values(old).filter((tensor) => !stays.has(tensor)))
}

/** Frees parameters and buffers. */
export function disposeVariables(variables: Variables): void {
  disposeReplaced(variables.params)
  disposeReplaced(variables.buffers)
}
