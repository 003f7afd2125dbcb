import type { Source } from '../sources/source.ts'
import { type DuplicateOptions, findDuplicates } from './duplicates.ts'
import { survey, type WorkOptions } from './survey.ts'

/**
 * Groups pictures that are the same or nearly so, for `split` and `kFold`: so that no picture is measured with that was
 * learned from. Reads every picture once.
 *
 * @returns names the group of the picture at an index; one that resembles no other is a group of its own
 * @throws `bad-option` for a `distance` out of range
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, split } from '@clas/data'
 * import { groupDuplicates } from '@clas/data/node'
 * const draw = (n: number) => Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * i * n) % 251)
 * const images = [1, 1, 2, 3].map((n) => ({ data: draw(n), width: 64, height: 64, channels: 1 }))
 * const source = arraySource({ images, labels: [0, 0, 0, 0] })
 * const group = await groupDuplicates(source)
 * console.log(group(0) === group(1), split(source, 0.5, createRng(1), { group })[0].length) // true 2
 * ```
 */
export async function groupDuplicates(
  source: Source,
  options: DuplicateOptions & WorkOptions = {},
): Promise<(index: number) => string> {
  const groups = new Map<number, number>()
  findDuplicates(await survey(source, options), options).forEach(({ members }) => {
    for (const member of members) groups.set(member, members[0] as number)
  })
  return (index) => String(groups.get(index) ?? index)
}
