import { readFile } from 'node:fs/promises'
import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { fixture } from '../sources/folder.test-helper.ts'
import { nearPairs } from './near-pairs.ts'
import { bitCount, hammingDistance, type PerceptualHash, perceptualHash } from './perceptual-hash.ts'

interface Case {
  readonly shape: readonly [height: number, width: number, channels: number]
  readonly data: string
  readonly hash: string
}

const { cases } = JSON.parse(await readFile(fixture('perceptual_hash.json'), 'utf8')) as { cases: Case[] }
const bitsOf = (hash: PerceptualHash): string => hash.map((word) => word.toString(2).padStart(32, '0')).join('')

describe('perceptualHash', () => {
  it.each(cases)("agrees with scipy's cosine transform of $shape", ({ shape, data, hash }) => {
    const [height, width, channels] = shape
    const image = { data: new Uint8Array(Buffer.from(data, 'base64')), width, height, channels }
    expect(bitsOf(perceptualHash(image))).toBe(hash)
    const lighter = { ...image, data: Float32Array.from(image.data, (value) => value / 510 + 0.4) }
    if (channels !== 4) expect(bitsOf(perceptualHash(lighter))).toBe(hash)
  })

  it('takes pictures of one pixel', () => {
    const image = { data: new Uint8Array([7, 8, 9]), width: 1, height: 1, channels: 3 }
    expect(perceptualHash(image)).toEqual(perceptualHash({ ...image, data: new Uint8Array([7, 8, 9]) }))
  })

  it('counts bits', () => {
    expect([0, 1, 0xffffffff, 0x80000001, -1].map(bitCount)).toEqual([0, 1, 32, 2, 32])
    expect(hammingDistance([0xffffffff, 0], [0, 0xffffffff])).toBe(64)
  })
})

describe('nearPairs', () => {
  /** Hashes of which some are others with bits changed. */
  function hashes(count: number): PerceptualHash[] {
    const rng = createRng(3)
    const word = (): number => rng.integer(0, 2 ** 32)
    const list: PerceptualHash[] = Array.from({ length: count }, () => [word(), word()])
    for (let i = 0; i < count / 2; i++) {
      const hash: [number, number] = [...(list[rng.integer(0, count)] as PerceptualHash)]
      for (let flips = rng.integer(0, 14); flips > 0; flips--) {
        const at = rng.integer(0, 2)
        hash[at] = ((hash[at] as number) ^ (1 << rng.integer(0, 32))) >>> 0
      }
      list[rng.integer(0, count)] = hash
    }
    return list
  }

  it.each([0, 3, 4, 7, 8, 11])('finds what comparing all with all does, up to %i bits', (distance) => {
    const list = hashes(600)
    const expected = new Set<string>()
    list.forEach((a, i) => {
      list.forEach((b, j) => {
        const bits = hammingDistance(a, b)
        if (i < j && bits > 0 && bits <= distance) expected.add([a.join(), b.join()].sort().join(' '))
      })
    })
    const pairs = nearPairs(list, distance)
    const found = pairs.filter((pair) => pair.distance > 0)
    const keyOf = (i: number): string => (list[i] as PerceptualHash).join()
    expect(new Set(found.map(({ first, second }) => [keyOf(first), keyOf(second)].sort().join(' ')))).toEqual(expected)
    expect(found.length).toBe(expected.size) // none twice
    if (distance > 0) expect(expected.size).toBeGreaterThan(20)
    for (const { first, second, distance: bits } of pairs) {
      expect(bits).toBe(hammingDistance(list[first] as PerceptualHash, list[second] as PerceptualHash))
    }
  })

  it('links equal hashes one to the next', () => {
    const equal: PerceptualHash[] = [
      [1, 2],
      [3, 4],
      [1, 2],
      [1, 2],
    ]
    expect(nearPairs(equal, 0)).toEqual([
      { first: 0, second: 2, distance: 0 },
      { first: 2, second: 3, distance: 0 },
    ])
    expect(() => nearPairs(equal, 12)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })
})
