import type { BatchTarget } from '../threads/pool.ts'

/** A batch's place in memory that all threads share. Whoever has it gives it back when nothing reads it any more. */
export interface Slot extends BatchTarget {
  release(): void
}

/** Hands out memory for batches, and again what came back: as many places as there are batches at once. */
export class Slots {
  #free: SharedArrayBuffer[] = []

  /** A place for a batch of this shape and so many classes. What it holds is what an earlier batch left. */
  take(shape: BatchTarget['shape'], classes: number): Slot {
    const [count, height, width, channels] = shape
    const values = count * height * width * channels
    const bytes = 4 * (values + count * classes)
    let memory = this.#free.pop()
    // Sizes change from batch to batch at most a few times, upwards.
    if (!memory || memory.byteLength < bytes) memory = new SharedArrayBuffer(bytes)
    const whole = memory
    return {
      shape,
      images: new Float32Array(whole, 0, values),
      labels: new Float32Array(whole, 4 * values, count * classes),
      release: () => this.#free.push(whole),
    }
  }

  /** Lets go of what is free. */
  clear(): void {
    this.#free = []
  }
}
