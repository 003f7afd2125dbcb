import type { PictureTimes } from '../threads/pool.ts'
import { absoluteTime } from './batch-reader.ts'
import type { LoaderStats } from './loader-types.ts'

/** Adds up where a loader's time goes. Times in milliseconds of `absoluteTime`, sums in seconds. */
export class Statistics {
  #pictures = 0
  #tensors = 0
  #networkWaited = 0
  #loaderWaited = 0
  #active = 0
  #times = { read: 0, decode: 0, transform: 0 }
  /** Batches that are being made. */
  #open = 0
  /** Since when there has been nothing to make; undefined while there is, and between the calls of `batches`. */
  #idleSince: number | undefined

  /** A batch is begun. */
  begin(): void {
    if (this.#open === 0 && this.#idleSince !== undefined) {
      this.#loaderWaited += (absoluteTime() - this.#idleSince) / 1000
    }
    this.#open++
  }

  /** A batch is ready, since a moment that may be over when the main thread comes to hear of it. */
  end(ready: number, times: readonly PictureTimes[] = []): void {
    this.#open--
    this.#idleSince = Math.max(this.#idleSince ?? 0, ready)
    for (const { read, decode, transform } of times) {
      this.#times.read += read
      this.#times.decode += decode
      this.#times.transform += transform
    }
  }

  /** A batch was waited for, in milliseconds. */
  waited(milliseconds: number): void {
    this.#networkWaited += milliseconds / 1000
  }

  /** A batch is handed out, whose tensors took so many milliseconds. */
  handedOut(pictures: number, milliseconds: number): void {
    this.#pictures += pictures
    this.#tensors += milliseconds / 1000
  }

  /** A call of `batches` is over, after so many milliseconds. */
  ended(milliseconds: number): void {
    this.#active += milliseconds / 1000
    this.#idleSince = undefined
  }

  /** @param running - milliseconds of the calls of `batches` that are not over */
  read(running: number): LoaderStats {
    const seconds = this.#active + running / 1000
    return {
      pictures: this.#pictures,
      seconds,
      picturesPerSecond: seconds > 0 ? this.#pictures / seconds : 0,
      networkWaited: this.#networkWaited,
      loaderWaited: this.#loaderWaited,
      reading: this.#times.read,
      decoding: this.#times.decode,
      transforming: this.#times.transform,
      tensors: this.#tensors,
      bottleneck: this.#networkWaited > this.#loaderWaited ? 'loader' : 'network',
    }
  }
}
