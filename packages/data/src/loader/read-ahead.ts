/**
 * Makes results in the order of their plans, some ahead of the one that is wanted, and ends without leaving any at work.
 */
export class ReadAhead<Plan, Result> {
  readonly #plans: Iterator<Plan, unknown, undefined>
  readonly #make: (plan: Plan, signal: AbortSignal) => Promise<Result>
  readonly #ahead: number
  readonly #controller = new AbortController()
  readonly #queue: Promise<Result>[] = []
  readonly #running = new Set<Promise<Result>>()

  constructor(
    plans: Iterator<Plan, unknown, undefined>,
    make: (plan: Plan, signal: AbortSignal) => Promise<Result>,
    ahead: number,
  ) {
    this.#plans = plans
    this.#make = make
    this.#ahead = ahead
  }

  /** The next result; undefined after the last. Those after it are at work when it comes back. */
  async next(): Promise<Result | undefined> {
    this.#fill(this.#ahead + 1)
    const first = this.#queue.shift()
    if (!first) return undefined
    const result = await first
    this.#fill(this.#ahead)
    return result
  }

  /** Drops what has not started. `next` then throws the reason. */
  stop(reason?: unknown): void {
    this.#controller.abort(reason)
  }

  /** Stops, and waits for what has started. */
  async end(): Promise<void> {
    this.stop()
    await Promise.allSettled(this.#running)
  }

  #fill(count: number): void {
    const { signal } = this.#controller
    while (this.#queue.length < count && !signal.aborted) {
      const { done, value } = this.#plans.next()
      if (done) return
      const result = this.#make(value, signal)
      this.#queue.push(result)
      this.#running.add(result)
      // Whoever waits for the result gets the error; until then it must not count as unhandled.
      const settled = (): unknown => this.#running.delete(result)
      result.then(settled, settled)
    }
  }
}
