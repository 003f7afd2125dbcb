import { ClasError } from '@clas/core'
import type { Source } from './source.ts'

/**
 * Some pictures of a source, in the order given. The classes stay all of the source's.
 *
 * @param indices - each 0 … source.length - 1; one may come twice
 * @throws `bad-option` when an index isn't in the source
 * @example
 * ```ts
 * import { arraySource, subset } from '@clas/data'
 * const images = { data: new Uint8Array(3), shape: [3, 1, 1, 1] as const }
 * console.log(subset(arraySource({ images, labels: [0, 1, 2] }), [2, 0]).label(0)) // 2
 * ```
 */
export function subset(source: Source, indices: Iterable<number>): Source {
  const list = [...indices]
  const wrong = list.find((index) => !(Number.isInteger(index) && index >= 0 && index < source.length))
  if (wrong !== undefined) {
    throw new ClasError('bad-option', `the index ${wrong} isn't one of the source's 0 to ${source.length - 1}`, {
      index: wrong,
    })
  }
  const at = (index: number): number => list[index] as number
  const { targets, weight, item } = source
  return {
    length: list.length,
    classes: source.classes,
    label: (index) => source.label(at(index)),
    ...(targets && { targets: (index: number) => targets.call(source, at(index)) }),
    ...(weight && { weight: (index: number) => weight.call(source, at(index)) }),
    name: (index) => source.name(at(index)),
    read: (index) => source.read(at(index)),
    ...(item && { item: (index: number) => item.call(source, at(index)) }),
  }
}
