import { ClasError, nearest } from '@clas/core'
import { badOption } from '../options.ts'
import { arithmetic } from './arithmetic.ts'

/** The options of one op of a YAML file. Each is taken by its name; one that nobody took is an error. */
export class OpOptions {
  readonly op: string
  readonly #options: Readonly<Record<string, unknown>>
  readonly #taken = new Set<string>()

  /** @param options - as parsed: null where the file has the op's name alone */
  constructor(op: string, options: unknown) {
    if (options !== null && options !== undefined && (typeof options !== 'object' || Array.isArray(options))) {
      badOption(op, 'options', 'names and values', options)
    }
    this.op = op
    this.#options = (options ?? {}) as Readonly<Record<string, unknown>>
  }

  /** The names that are in the file. */
  get names(): string[] {
    return Object.keys(this.#options)
  }

  /** The value of an option; undefined where it is left out or null, which both mean the default. */
  take(name: string): unknown {
    this.#taken.add(name)
    return this.#options[name] ?? undefined
  }

  /** A number, or a product or quotient of numbers as text. */
  number(name: string): number | undefined {
    const value = this.take(name)
    if (value === undefined || typeof value === 'number') return value
    const computed = typeof value === 'string' ? arithmetic(value) : undefined
    return computed ?? badOption(this.op, name, "a number, or a quotient such as '1.0/255.0'", value)
  }

  /** One of some words, whose upper and lower case are alike. */
  word<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.take(name)
    if (value === undefined) return undefined
    const found = choices.find((choice) => choice === String(value).toLowerCase())
    return found ?? badOption(this.op, name, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, value)
  }

  /** Throws `bad-option` when the file has an option that the op doesn't. */
  finish(): void {
    const known = [...this.#taken]
    for (const name of this.names) {
      if (this.#taken.has(name)) continue
      const near = nearest(name, known)
      const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has ${known.join(', ') || 'none'}`
      throw new ClasError('bad-option', `${this.op} has no option ${name}; ${hint}`, {
        op: this.op,
        option: name,
        near,
      })
    }
  }
}
