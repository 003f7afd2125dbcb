import { ClasError } from '@clas/core'
import type { Source } from './source.ts'

/**
 * Several sources as one, one after another. All must have the same classes in the same order: `relabel` brings others
 * there.
 *
 * @param sources - at least one
 * @throws `class-mismatch` when two differ in their classes, or only one of them has several labels per picture
 * @example
 * ```ts
 * import { arraySource, concat } from '@clas/data'
 * const images = { data: new Uint8Array(2), shape: [2, 1, 1, 1] as const }
 * const some = arraySource({ images, labels: [0, 1] })
 * console.log(concat([some, some]).length) // 4
 * ```
 */
export function concat(sources: readonly Source[]): Source {
  const [first, ...others] = sources
  if (!first) throw new ClasError('bad-option', 'concat needs at least one source')
  for (const other of others) checkSameClasses(first, other)
  const starts: number[] = []
  let length = 0
  for (const source of sources) {
    starts.push(length)
    length += source.length
  }
  const at = <T>(index: number, get: (source: Source, index: number) => T): T => {
    const part = starts.findLastIndex((start) => start <= index)
    return get(sources[part] as Source, index - (starts[part] as number))
  }
  const weighted = sources.some(({ weight }) => weight)
  return {
    length,
    classes: first.classes,
    label: (index) => at(index, (source, i) => source.label(i)),
    ...(first.targets && {
      targets: (index: number) => at(index, (source, i) => source.targets?.(i) ?? []),
    }),
    ...(weighted && { weight: (index: number) => at(index, (source, i) => source.weight?.(i) ?? 1) }),
    name: (index) => at(index, (source, i) => source.name(i)),
    read: (index) => at(index, (source, i) => source.read(i)),
    ...itemsOf(sources, at),
  }
}

/** Where some sources have items and others don't, those are read by the main thread, as a missing item means. */
function itemsOf(
  sources: readonly Source[],
  at: <T>(index: number, get: (source: Source, index: number) => T) => T,
): Pick<Source, 'item'> {
  if (!sources.every(({ item }) => item)) return {}
  return { item: (index) => at(index, (source, i) => source.item?.(i) as ReturnType<NonNullable<Source['item']>>) }
}

function checkSameClasses(first: Source, other: Source): void {
  const same =
    first.classes.length === other.classes.length && first.classes.every((name, i) => name === other.classes[i])
  if (!same) {
    throw new ClasError(
      'class-mismatch',
      `sources with different classes can't be put together: ${first.classes.join(', ')}; and ${other.classes.join(', ')}; ` +
        'use relabel to give them the same',
      { expected: first.classes, found: other.classes },
    )
  }
  if (Boolean(first.targets) === Boolean(other.targets)) return
  throw new ClasError('class-mismatch', 'a source with several labels per picture and one with one each are no whole')
}
