/** How fast training goes. Times are in milliseconds of the clock it is given. */
export class Pace {
  readonly #now: () => number
  #busy = 0
  #steps = 0
  #images = 0
  #mark: number
  #lapBusy = 0
  #lapImages = 0

  constructor(now: () => number) {
    this.#now = now
    this.#mark = now()
  }

  /** Counts a step, with the time since the last count or pause. */
  count(images: number): void {
    this.pause()
    this.#steps++
    this.#images += images
  }

  /** Takes the time up to now for training. */
  pause(): void {
    const now = this.#now()
    this.#busy += now - this.#mark
    this.#mark = now
  }

  /** Leaves out the time since the last count or pause: evaluation, checkpoints. */
  resume(): void {
    this.#mark = this.#now()
  }

  /** Images per second since the last lap, and the seconds that so many more steps will take at the mean speed. */
  lap(stepsLeft: number): { readonly imagesPerSecond: number; readonly secondsLeft: number } {
    const milliseconds = Math.max(this.#busy - this.#lapBusy, 0.001)
    const images = this.#images - this.#lapImages
    this.#lapBusy = this.#busy
    this.#lapImages = this.#images
    const perStep = this.#steps > 0 ? this.#busy / this.#steps : 0
    return { imagesPerSecond: (1000 * images) / milliseconds, secondsLeft: (stepsLeft * perStep) / 1000 }
  }
}
