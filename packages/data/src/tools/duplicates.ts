import { nearPairs } from './near-pairs.ts'
import { correlation, isReadable, type PictureFacts, type UnreadablePicture } from './survey.ts'

/** When two pictures count as the same. */
export interface DuplicateOptions {
  /**
   * In how many bits their perceptual hashes may differ, 0 to 11. Default: 8. With both defaults, no two different pictures
   * of 3,409 photos of clothes count as the same; of the same photos, all are found again that are recompressed down to
   * quality 10, shrunk to a width of 64 or stretched, 98 % of those made lighter by a fifth and 94 % of those made grey.
   */
  readonly distance?: number
  /** The least correlation of the two in grey, shrunk to 16 x 16, in [-1, 1]. Default: 0.98. */
  readonly similarity?: number
}

/** A picture without contrast looks like any other of its kind; 0 to 128. */
export const BLANK_CONTRAST = 2

/** Pictures that are the same. */
export interface DuplicateIndices {
  /** `same` where all are the same to the bit, else `near`. */
  readonly kind: 'same' | 'near'
  /** The largest number of bits between the hashes of two that were found together. */
  readonly distance: number
  /** Ascending, at least two. */
  readonly members: readonly number[]
}

/** Finds groups of pictures that are the same or nearly so. What resembles one of a group is of the group. */
export function findDuplicates(
  pictures: readonly (PictureFacts | UnreadablePicture)[],
  { distance = 8, similarity = 0.98 }: DuplicateOptions = {},
): DuplicateIndices[] {
  const byDigest = new Map<string, number[]>()
  pictures.forEach((facts, i) => {
    if (isReadable(facts) && facts.contrast >= BLANK_CONTRAST) listOf(byDigest, facts.digest).push(i)
  })
  const same = [...byDigest.values()]
  const facts = same.map(([first]) => pictures[first as number] as PictureFacts)
  const groups = disjointSets(same.length)
  const pairs = nearPairs(
    facts.map(({ hash }) => hash),
    distance,
  ).filter(
    ({ first, second }) => correlation(facts[first] as PictureFacts, facts[second] as PictureFacts) >= similarity,
  )
  for (const { first, second } of pairs) groups.join(first, second)
  const distances = new Map<number, number>()
  for (const pair of pairs) {
    const root = groups.rootOf(pair.first)
    distances.set(root, Math.max(pair.distance, distances.get(root) ?? 0))
  }
  const members = new Map<number, number[]>()
  same.forEach((indices, i) => {
    listOf(members, groups.rootOf(i)).push(...indices)
  })
  return [...members]
    .filter(([, indices]) => indices.length > 1)
    .map(([root, indices]) => ({
      kind: distances.has(root) ? 'near' : 'same',
      distance: distances.get(root) ?? 0,
      members: indices.sort((a, b) => a - b),
    }))
}

function listOf<K>(lists: Map<K, number[]>, key: K): number[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

interface DisjointSets {
  join(a: number, b: number): void
  /** The same number for all of a set. */
  rootOf(i: number): number
}

function disjointSets(count: number): DisjointSets {
  const parents = Array.from({ length: count }, (_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (parents[root] !== root) root = parents[root] as number
    for (let at = i; at !== root; ) {
      const next = parents[at] as number
      parents[at] = root
      at = next
    }
    return root
  }
  return {
    rootOf,
    join(a, b) {
      parents[rootOf(b)] = rootOf(a)
    },
  }
}
