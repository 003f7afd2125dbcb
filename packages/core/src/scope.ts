import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'

/**
 * Owns tensors across asynchronous code, where `tidy` can't: all that it owns is disposed at the end of the block.
 *
 * @example
 * ```ts
 * import { Scope } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * using scope = new Scope()
 * const x = scope.own(ones([2, 2]))
 * console.log(await x.data())
 * ```
 */
export class Scope implements Disposable {
  #owned: TensorContainer[] = []

  /** Takes over a tensor, or a record or list of tensors, and returns it. */
  own<T extends TensorContainer>(value: T): T {
    this.#owned.push(value)
    return value
  }

  /** Frees all that it owns; what `using` calls at the end of the block. */
  [Symbol.dispose](): void {
    const owned = this.#owned
    this.#owned = []
    dispose(owned as TensorContainer)
  }
}
