import { util } from '@tensorflow/tfjs-core'
import { overwrites } from './overwrites.ts'
import type { Interval } from './plan.ts'
import type { TracedCall, TracedProgram, Value } from './trace.ts'

/** Values that lie at one place one after the other. */
interface Life {
  readonly values: Value[]
  readonly bytes: number
  readonly first: number
  last: number
}

/** From when to when the values of a program are needed, but for those that come from outside or are returned. */
export class Lives {
  readonly #planned = new Map<Value, Life>()
  readonly #foreign = new Map<Value, Life>()
  readonly #outside: ReadonlySet<Value>
  readonly #lastUses = new Map<Value, number>()

  constructor({ inputs, constants, calls, outputs }: TracedProgram) {
    this.#outside = new Set([...inputs, ...constants.keys(), ...outputs.map(({ value }) => value)])
    for (const [i, call] of calls.entries()) for (const { value } of call.inputs.values()) this.#lastUses.set(value, i)
    for (const [i, call] of calls.entries()) this.#add(call, i)
  }

  /** What lies in memory that is planned. */
  planned(): { readonly values: readonly Value[]; readonly interval: Interval }[] {
    return [...new Set(this.#planned.values())].map((life) => ({ values: life.values, interval: life }))
  }

  /** What kernels allocate by themselves. */
  foreign(): { readonly value: Value; readonly interval: Interval }[] {
    return [...this.#foreign].map(([value, interval]) => ({ value, interval }))
  }

  #add(call: TracedCall, index: number): void {
    const taken = new Set<Life>()
    for (const [i, output] of call.outputs.entries()) {
      if (!output || this.#outside.has(output.value)) continue
      const { value } = output
      const last = this.#lastUses.get(value) ?? index
      const bytes = value.size * util.bytesPerElement(value.dtype)
      const over = overwrites(call).flatMap(([from, name]) =>
        from === i ? (this.#endingIn(call, name, index) ?? []) : [],
      )
      const life = over.find((candidate) => candidate.bytes === bytes && !taken.has(candidate))
      if (life) {
        taken.add(life)
        life.values.push(value)
        life.last = last
        this.#planned.set(value, life)
      } else {
        const lives = 'own' in call.kernel ? this.#planned : this.#foreign
        lives.set(value, { values: [value], bytes, first: index, last })
      }
    }
  }

  /** The life of an input that ends with this call, which takes it only once. */
  #endingIn(call: TracedCall, name: string, index: number): Life | undefined {
    const value = call.inputs.get(name)?.value
    if (!value || this.#lastUses.get(value) !== index) return undefined
    const uses = [...call.inputs.values()].filter((view) => view.value === value)
    return uses.length === 1 ? this.#planned.get(value) : undefined
  }
}
