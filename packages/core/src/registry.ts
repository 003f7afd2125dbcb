import { ClasError } from './errors.ts'

/** What a registry keeps of a name: a factory that is called with the options, and facts for lists and filters. */
export interface Entry<Create, Facts> {
  readonly name: string
  /** Makes the thing. */
  readonly create: Create
  /** What lists and filters know of it. */
  readonly facts: Facts
}

/**
 * Names of things that can be made, each with its facts. `Names` is an interface that other packages and programs
 * extend by declaration merging, so that a name and its options are checked by the compiler.
 */
export interface Registry<Names extends object, Create, Facts> {
  /** What the names stand for, in messages: `model`. */
  readonly kind: string
  /** Adds a name. Throws `duplicate-name` when it is taken. */
  register<N extends keyof Names & string>(name: N, create: Names[N] & Create, facts: Facts): void
  /** The entry of a name. Throws `unknown-name`, with the names that are near. */
  get(name: string): Entry<Create, Facts>
  /** Whether a name is registered. */
  has(name: string): boolean
  /** All entries in the order of registration. */
  list(): readonly Entry<Create, Facts>[]
}

/**
 * Creates an empty registry.
 *
 * @param kind - what the names stand for, singular, used in messages
 * @example
 * ```ts
 * import { createRegistry } from '@clas/core'
 * interface Shapes { square: (side: number) => number }
 * const shapes = createRegistry<Shapes, (side: number) => number, { corners: number }>('shape')
 * shapes.register('square', (side) => side * side, { corners: 4 })
 * console.log(shapes.get('square').create(3))
 * ```
 */
export function createRegistry<Names extends object, Create, Facts>(kind: string): Registry<Names, Create, Facts> {
  const entries = new Map<string, Entry<Create, Facts>>()
  return {
    kind,
    register(name, create, facts) {
      if (entries.has(name)) {
        throw new ClasError('duplicate-name', `the ${kind} '${name}' is registered already; choose another name`, {
          name,
        })
      }
      entries.set(name, { name, create, facts })
    },
    get(name) {
      const entry = entries.get(name)
      if (!entry) throw unknownName(kind, name, [...entries.keys()])
      return entry
    },
    has: (name) => entries.has(name),
    list: () => [...entries.values()],
  }
}

/**
 * The error `unknown-name`, for the caller to throw: it names those that are near, or the first twenty where none is.
 *
 * @param kind - what the name stands for, singular: `model`
 * @param name - the name that was asked for
 * @param known - the names that there are
 */
export function unknownName(kind: string, name: string, known: readonly string[]): ClasError {
  const near = nearest(name, known)
  const more = known.length > SHOWN ? ` and ${known.length - SHOWN} more` : ''
  const hint =
    near.length > 0
      ? `did you mean ${near.map((n) => `'${n}'`).join(' or ')}?`
      : `known: ${known.slice(0, SHOWN).join(', ')}${more}`
  return new ClasError('unknown-name', `there is no ${kind} '${name}'; ${hint}`, { kind, name, near })
}

/** How many names a message has room for. */
const SHOWN = 20

/**
 * Up to three of the known names, those with the fewest edits first (Levenshtein's distance, upper and lower case
 * alike); none where all are farther than two edits and a third of their length.
 *
 * @param name - the name that was asked for
 * @param known - the names that there are
 * @example
 * ```ts
 * import { nearest } from '@clas/core'
 * console.log(nearest('resnet51', ['ResNet50', 'ResNet101', 'ViT_base'])) // [ 'ResNet50', 'ResNet101' ]
 * ```
 */
export function nearest(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  return known
    .map((candidate) => ({ candidate, distance: edits(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
