import { ClasError, unknownName } from '@clas/core'
import type { Source } from './source.ts'
import { subset } from './subset.ts'

/** Options of {@link relabel}. */
export interface RelabelOptions {
  /**
   * New names of classes by old ones. Classes with one new name become one; with null, their pictures are left out.
   * Classes that aren't here keep their names. Default: none.
   */
  readonly names?: Readonly<Record<string, string | null>>
  /** The classes and their order, as of a model. Default: those that there are then, in the order of the source. */
  readonly classes?: readonly string[]
}

/**
 * A source with other classes: renamed, put together, left out, in another order.
 *
 * @throws `unknown-name` when there is no class of a name, `class-mismatch` when a class of the source isn't one of
 *   `classes`
 * @example
 * ```ts
 * import { arraySource, relabel } from '@clas/data'
 * const images = { data: new Uint8Array(3), shape: [3, 1, 1, 1] as const }
 * const breeds = arraySource({ images, labels: [0, 1, 2], classes: ['beagle', 'poodle', 'siamese'] })
 * const pets = relabel(breeds, { names: { beagle: 'dog', poodle: 'dog', siamese: 'cat' } })
 * console.log(pets.classes, pets.label(1)) // [ 'dog', 'cat' ] 0
 * ```
 */
export function relabel(source: Source, options: RelabelOptions = {}): Source {
  const { names = {} } = options
  const unknown = Object.keys(names).find((name) => !source.classes.includes(name))
  if (unknown !== undefined) throw unknownName('class', unknown, source.classes)
  const renamed = source.classes.map((name) => (Object.hasOwn(names, name) ? (names[name] ?? null) : name))
  const classes = options.classes ?? [...new Set(renamed.filter((name) => name !== null))]
  const anew = renamed.map((name) => (name === null ? undefined : classes.indexOf(name)))
  const missing = anew.indexOf(-1)
  if (missing >= 0) {
    throw new ClasError(
      'class-mismatch',
      `the class '${renamed[missing]}' isn't one of ${classes.join(', ')}; give it another name, or null to leave it out`,
      { class: renamed[missing], classes },
    )
  }
  const { targets } = source
  const kept = targets || !anew.includes(undefined) ? source : subset(source, remaining(source, anew))
  return {
    ...forwarded(kept),
    classes,
    label: targets
      ? (index) =>
          Math.max(
            0,
            rowOf(targets.call(source, index), anew, classes.length).findIndex((value) => value > 0),
          )
      : (index) => anew[kept.label(index)] as number,
    ...(targets && { targets: (index: number) => rowOf(targets.call(source, index), anew, classes.length) }),
  }
}

/** All of a source but its labels; methods stay bound to it. */
function forwarded(source: Source): Omit<Source, 'classes' | 'label' | 'targets'> {
  const { weight, item } = source
  return {
    length: source.length,
    ...(weight && { weight: weight.bind(source) }),
    name: source.name.bind(source),
    read: source.read.bind(source),
    ...(item && { item: item.bind(source) }),
  }
}

function* remaining(source: Source, anew: readonly (number | undefined)[]): Generator<number> {
  for (let i = 0; i < source.length; i++) if (anew[source.label(i)] !== undefined) yield i
}

/** Where classes become one, a picture is of it as much as it was of any. */
function rowOf(row: readonly number[], anew: readonly (number | undefined)[], count: number): number[] {
  const result = new Array<number>(count).fill(0)
  row.forEach((value, label) => {
    const to = anew[label]
    if (to !== undefined) result[to] = Math.max(result[to] as number, value)
  })
  return result
}
