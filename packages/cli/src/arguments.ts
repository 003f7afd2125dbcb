import { parseArgs } from 'node:util'
import { nearest } from '@clas/core'
import { usageError } from './usage-error.ts'

/** What one option takes, and what the help says of it. */
export interface OptionSpec {
  /** Stands for the value in the help; left out for options without one. */
  readonly value?: string
  /** With the default, where there is one. */
  readonly description: string
  /** Whether the option may be given more than once. */
  readonly multiple?: boolean
}

/** Options by name, without the dashes, in the order of the help. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** The numbers that an option takes. */
export interface NumberRange {
  readonly least?: number
  readonly most?: number
  readonly whole?: boolean
}

/** The words after a command, read by its options. */
export class Arguments {
  readonly positionals: readonly string[]
  readonly #values: ReadonlyMap<string, readonly string[]>

  /** @throws `usage` for an option that there isn't, a value that is missing or one that is too many */
  constructor(args: readonly string[], specs: OptionSpecs) {
    const options = Object.fromEntries(
      Object.entries(specs).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' } as const]),
    )
    // Not strict: the messages of this file say more than those of parseArgs.
    const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
    const values = new Map<string, string[]>()
    const positionals: string[] = []
    for (const token of tokens) {
      if (token.kind === 'positional') positionals.push(token.value)
      if (token.kind !== 'option') continue
      const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
      if (!spec) throw unknownOption(token.rawName, Object.keys(specs))
      const value = token.value
      if (!spec.value && value !== undefined) throw usageError(`${token.rawName} takes no value, found '${value}'`)
      if (spec.value && (value === undefined || (!token.inlineValue && value.startsWith('--')))) {
        throw usageError(`${token.rawName} needs a value: ${token.rawName} ${spec.value}`)
      }
      const before = values.get(token.name) ?? []
      if (before.length > 0 && spec.value && !spec.multiple) throw usageError(`${token.rawName} is given twice`)
      values.set(token.name, [...before, value ?? ''])
    }
    this.positionals = positionals
    this.#values = values
  }

  /** The names of the options that were given. */
  get given(): string[] {
    return [...this.#values.keys()]
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The value of an option, undefined where it wasn't given. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  /** All values of an option that may be given more than once. */
  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** The parts of a value that commas separate. */
  list(name: string): string[] {
    const parts = this.text(name)?.split(',') ?? []
    return parts.map((part) => part.trim()).filter((part) => part !== '')
  }

  /** @throws `usage` when the value isn't a number of the range */
  number(name: string, range: NumberRange = {}): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseNumber(`--${name}`, text, range)
  }

  /** @throws `usage` when the value isn't one of the choices */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name)
    const found = choices.find((choice) => choice === text)
    if (text !== undefined && found === undefined) {
      throw usageError(`--${name} must be ${choices.join(' or ')}, found '${text}'${didYouMean(text, choices)}`)
    }
    return found
  }
}

/** Reads a number. Throws `usage` with what was expected. */
export function parseNumber(what: string, text: string, { least, most, whole = false }: NumberRange): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  const fits = Number.isFinite(value) && value >= (least ?? value) && value <= (most ?? value)
  if (fits && (!whole || Number.isSafeInteger(value))) return value
  const kind = whole ? 'a whole number' : 'a number'
  const bounds = [least !== undefined && `at least ${least}`, most !== undefined && `at most ${most}`].filter(Boolean)
  throw usageError(`${what} must be ${kind}${bounds.length > 0 ? ` of ${bounds.join(' and ')}` : ''}, found '${text}'`)
}

/** `; did you mean …?` where a known word is near, and nothing elsewhere. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''
}

function unknownOption(raw: string, known: readonly string[]): Error {
  return usageError(
    `there is no option ${raw}${didYouMean(
      raw,
      known.map((name) => `--${name}`),
    )}`,
  )
}
