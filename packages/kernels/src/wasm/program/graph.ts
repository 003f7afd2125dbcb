import type { TracedCall, TracedProgram, Value } from './trace.ts'

/** Says of the values of a program who makes and who takes them. */
export class Graph {
  readonly program: TracedProgram
  readonly #producers = new Map<Value, TracedCall>()
  readonly #consumers = new Map<Value, TracedCall[]>()
  readonly #positions = new Map<TracedCall, number>()
  readonly #results: ReadonlySet<Value>

  constructor(program: TracedProgram) {
    this.program = program
    this.#results = new Set(program.outputs.map(({ value }) => value))
    for (const [i, call] of program.calls.entries()) {
      this.#positions.set(call, i)
      for (const output of call.outputs) if (output) this.#producers.set(output.value, call)
      for (const value of new Set([...call.inputs.values()].map((view) => view.value))) {
        const known = this.#consumers.get(value)
        if (known) known.push(call)
        else this.#consumers.set(value, [call])
      }
    }
  }

  /** Undefined for inputs and constants. */
  producerOf(value: Value): TracedCall | undefined {
    return this.#producers.get(value)
  }

  /** In their order. */
  consumersOf(value: Value): readonly TracedCall[] {
    return this.#consumers.get(value) ?? []
  }

  /** Whether these are all that need a value, and it is not returned. */
  isOnlyFor(value: Value, ...calls: readonly TracedCall[]): boolean {
    return !this.#results.has(value) && this.consumersOf(value).every((call) => calls.includes(call))
  }

  isResult(value: Value): boolean {
    return this.#results.has(value)
  }

  positionOf(call: TracedCall): number {
    return this.#positions.get(call) as number
  }

  /** Whether calls can be done at once: nothing that one of them needs depends on another in a roundabout way. */
  canBeOne(members: readonly TracedCall[]): boolean {
    const first = Math.min(...members.map((call) => this.positionOf(call)))
    const seen = new Set<TracedCall>()
    const reaches = (call: TracedCall): boolean => {
      if (members.includes(call)) return true
      if (seen.has(call) || this.positionOf(call) < first) return false
      seen.add(call)
      return this.#sourcesOf(call).some(reaches)
    }
    const outside = members.flatMap((call) => this.#sourcesOf(call)).filter((call) => !members.includes(call))
    return !outside.some(reaches)
  }

  #sourcesOf(call: TracedCall): TracedCall[] {
    return [...call.inputs.values()].flatMap(({ value }) => this.producerOf(value) ?? [])
  }
}

/**
 * The calls in an order in which they can run, the one given as far as possible; undefined where some wait for each other.
 */
export function inOrder(calls: readonly TracedCall[]): TracedCall[] | undefined {
  const producers = new Map<Value, TracedCall>()
  for (const call of calls) for (const output of call.outputs) if (output) producers.set(output.value, call)
  const ordered = new Set<TracedCall>()
  for (const call of calls) {
    // Not by recursion: chains may be as long as the program.
    const open = [call]
    const waiting = new Set(open)
    while (open.length > 0) {
      const next = open.at(-1) as TracedCall
      const sources = [...next.inputs.values()].map(({ value }) => producers.get(value))
      const missing = sources.find((source) => source && !ordered.has(source))
      if (!missing || ordered.has(next)) {
        open.pop()
        ordered.add(next)
      } else if (waiting.has(missing)) return undefined
      else {
        open.push(missing)
        waiting.add(missing)
      }
    }
  }
  return [...ordered]
}
