import { type DataType, engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'

/** A tensor that stays alive as long as somebody holds it, whatever its owner does. */
export class Constant {
  readonly #tensor: Tensor
  #holders = 1

  constructor({ dataId, shape, dtype }: TensorInfo, backend: { incRef(dataId: object): void }) {
    backend.incRef(dataId)
    this.#tensor = engine().keep(engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }))
  }

  get dataId(): object {
    return this.#tensor.dataId
  }

  get shape(): readonly number[] {
    return this.#tensor.shape
  }

  get dtype(): DataType {
    return this.#tensor.dtype
  }

  hold(): void {
    this.#holders++
  }

  /** Ends the hold that it was made with, or one {@link hold}. */
  letGo(): void {
    if (--this.#holders === 0) this.#tensor.dispose()
  }
}
