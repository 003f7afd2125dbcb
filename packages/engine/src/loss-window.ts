import { type Scalar, stack } from '@tensorflow/tfjs-core'

/** What the losses since the last reading were. */
export interface WindowResult {
  /** In the order of the steps. */
  readonly losses: Float32Array
  /** 0 where there is none. */
  readonly mean: number
  /** The first step, counted from 1, whose loss isn't finite. */
  readonly broken?: number
}

/** Keeps the losses of steps on the device until they are read, all at once. Owns those it was given. */
export class LossWindow implements Disposable {
  #losses: { readonly loss: Scalar; readonly step: number }[] = []

  /** Takes over a loss. */
  add(loss: Scalar, step: number): void {
    this.#losses.push({ loss, step })
  }

  /** Reads the losses, and forgets them. */
  async read(): Promise<WindowResult> {
    const losses = this.#losses
    if (losses.length === 0) return { losses: new Float32Array(0), mean: 0 }
    const all = stack(losses.map(({ loss }) => loss))
    this[Symbol.dispose]()
    try {
      const values = (await all.data()) as Float32Array
      const broken = losses.find((_, i) => !Number.isFinite(values[i]))?.step
      const mean = values.reduce((total, value) => total + value, 0) / values.length
      return { losses: values, mean, ...(broken !== undefined && { broken }) }
    } finally {
      all.dispose()
    }
  }

  [Symbol.dispose](): void {
    for (const { loss } of this.#losses) loss.dispose()
    this.#losses = []
  }
}
