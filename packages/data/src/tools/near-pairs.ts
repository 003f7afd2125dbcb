import { ClasError } from '@clas/core'
import { bitCount, type PerceptualHash } from './perceptual-hash.ts'

/** Two pictures whose hashes are near. */
export interface NearPair {
  readonly first: number
  readonly second: number
  /** In bits. */
  readonly distance: number
}

const CHUNKS = 4
const CHUNK_BITS = 16

/**
 * Finds the pairs of hashes that differ in few bits, without comparing all with all (multi-index hashing; Norouzi, Punjani
 * and Fleet, 2012): of four parts of 16 bits, at least one differs in at most a fourth of the bits, so each hash is
 * compared with those alone that share a part but for so many bits.
 *
 * @param hashes - equal ones cost nothing more: they are compared once
 * @param distance - the largest number of bits, 0 to 11
 * @returns all pairs of different hashes and, of those that are equal, each with the one before it
 */
export function nearPairs(hashes: readonly PerceptualHash[], distance: number): NearPair[] {
  if (!Number.isInteger(distance) || distance < 0 || distance > 11) {
    throw new ClasError('bad-option', `distance must be a whole number of 0 to 11, found ${distance}`, { distance })
  }
  const pairs: NearPair[] = []
  const latest = new Map<string, number>()
  const distinct: number[] = []
  hashes.forEach((hash, i) => {
    const key = hash.join()
    const before = latest.get(key)
    if (before === undefined) distinct.push(i)
    else pairs.push({ first: before, second: i, distance: 0 })
    latest.set(key, i)
  })
  if (distance === 0) return pairs

  const words = new Uint32Array(2 * distinct.length)
  distinct.forEach((index, i) => {
    words.set(hashes[index] as PerceptualHash, 2 * i)
  })
  const chunkOf = (i: number, chunk: number): number =>
    ((words[2 * i + (chunk >> 1)] as number) >>> (CHUNK_BITS * (chunk & 1))) & 0xffff
  const masks = masksUpTo(Math.floor(distance / CHUNKS))
  const compared = new Int32Array(distinct.length).fill(-1) // the last hash that each was compared with
  const tables = Array.from({ length: CHUNKS }, (_, chunk) => table(distinct.length, (i) => chunkOf(i, chunk)))
  for (let i = 0; i < distinct.length; i++) {
    tables.forEach(({ starts, members }, chunk) => {
      const value = chunkOf(i, chunk)
      for (const mask of masks) {
        const bucket = value ^ mask
        // Members are ascending: from the end, down to the hash itself.
        for (let at = (starts[bucket + 1] as number) - 1; at >= (starts[bucket] as number); at--) {
          const other = members[at] as number
          if (other <= i) break
          if (compared[other] === i) continue
          compared[other] = i
          const bits =
            bitCount((words[2 * i] as number) ^ (words[2 * other] as number)) +
            bitCount((words[2 * i + 1] as number) ^ (words[2 * other + 1] as number))
          if (bits > distance) continue
          pairs.push({ first: distinct[i] as number, second: distinct[other] as number, distance: bits })
        }
      }
    })
  }
  return pairs
}

/** The members of each of 65,536 buckets, one bucket after another. */
function table(count: number, bucketOf: (i: number) => number): { starts: Uint32Array; members: Uint32Array } {
  const starts = new Uint32Array(2 ** CHUNK_BITS + 1)
  for (let i = 0; i < count; i++) starts[bucketOf(i) + 1] = (starts[bucketOf(i) + 1] as number) + 1
  for (let bucket = 1; bucket < starts.length; bucket++) {
    starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number)
  }
  const next = starts.slice()
  const members = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const bucket = bucketOf(i)
    members[next[bucket] as number] = i
    next[bucket] = (next[bucket] as number) + 1
  }
  return { starts, members }
}

/** All words of 16 bits with at most so many set. */
function masksUpTo(bits: number): number[] {
  return Array.from({ length: 2 ** CHUNK_BITS }, (_, mask) => mask).filter((mask) => bitCount(mask) <= bits)
}
