import type { Image } from '@clas/augment'
import { GREY_SIDE as SIDE, shrunkGrey } from './shrunk-grey.ts'

/** 64 bits, as two words: the first 32 bits of the hash, the other 32. */
export type PerceptualHash = readonly [number, number]

const KEPT = 8

/** [8, 32]: the cosines 1 to 8 of the DCT-II; the 0th is the mean. */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, i) => {
  const frequency = Math.floor(i / SIDE) + 1
  return Math.cos((Math.PI * frequency * ((i % SIDE) + 0.5)) / SIDE)
})

/**
 * The perceptual hash of a picture (pHash; Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions",
 * 2010): the picture in grey, shrunk to 32 x 32 by averaging, its cosine transform (DCT-II), and of the 8 x 8 lowest
 * frequencies without the means one bit each, whether it is above their median. Pictures that were resized, recompressed
 * or made lighter have nearly the same bits.
 *
 * @param image - 8-bit or float32, 1 (grey), 3 (RGB) or 4 channels, of which alpha is left out
 * @example
 * ```ts
 * import { hammingDistance, perceptualHash } from '@clas/data'
 * const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * i) % 251)
 * const photo = { data, width: 64, height: 48, channels: 3 }
 * const darker = { ...photo, data: data.map((value) => value / 2) }
 * console.log(hammingDistance(perceptualHash(photo), perceptualHash(darker)) < 6) // true
 * ```
 */
export function perceptualHash(image: Image): PerceptualHash {
  return hashOfGrey(shrunkGrey(image))
}

/** The hash of what {@link shrunkGrey} makes. */
export function hashOfGrey(grey: Float64Array): PerceptualHash {
  const across = new Float64Array(SIDE * KEPT) // [row, frequency]
  for (let y = 0; y < SIDE; y++) {
    for (let f = 0; f < KEPT; f++) {
      let sum = 0
      for (let x = 0; x < SIDE; x++) sum += (COSINES[f * SIDE + x] as number) * (grey[y * SIDE + x] as number)
      across[y * KEPT + f] = sum
    }
  }
  const coefficients = new Float64Array(KEPT * KEPT) // [frequency down, frequency across]
  for (let g = 0; g < KEPT; g++) {
    for (let f = 0; f < KEPT; f++) {
      let sum = 0
      for (let y = 0; y < SIDE; y++) sum += (COSINES[g * SIDE + y] as number) * (across[y * KEPT + f] as number)
      coefficients[g * KEPT + f] = sum
    }
  }
  const sorted = coefficients.toSorted()
  const median = ((sorted[31] as number) + (sorted[32] as number)) / 2
  const word = (from: number): number => {
    let bits = 0
    for (let i = from; i < from + 32; i++) bits = (bits << 1) | ((coefficients[i] as number) > median ? 1 : 0)
    return bits >>> 0
  }
  return [word(0), word(32)]
}

/**
 * In how many bits two hashes differ, 0 to 64: about 32 for pictures that have nothing to do with each other.
 *
 * @example
 * ```ts
 * import { hammingDistance } from '@clas/data'
 * console.log(hammingDistance([0, 1], [0, 6])) // 3
 * ```
 */
export function hammingDistance(a: PerceptualHash, b: PerceptualHash): number {
  return bitCount(a[0] ^ b[0]) + bitCount(a[1] ^ b[1])
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
