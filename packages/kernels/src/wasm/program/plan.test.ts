import { createRng } from '@clas/core'
import { expect, it } from 'vitest'
import { type Interval, mostAtOnce, planMemory } from './plan.ts'

const interval = (bytes: number, first: number, last: number): Interval => ({ bytes, first, last })
const total = (blocks: readonly number[]): number => blocks.reduce((sum, bytes) => sum + bytes, 0)

it('gives the same place to what is used one after the other', () => {
  const { places, blocks } = planMemory([interval(640, 0, 1), interval(640, 2, 3), interval(64, 1, 2)], 4096)
  expect(places[1]).toEqual(places[0])
  expect(blocks).toEqual([640 + 64])
})

it('never lets pieces overlap, and needs hardly more than is used at once', () => {
  const rng = createRng(3)
  for (let run = 0; run < 20; run++) {
    const intervals = Array.from({ length: 200 }, (): Interval => {
      const first = rng.integer(0, 100)
      return interval(rng.integer(0, 6) * 1000 + rng.integer(0, 3), first, first + rng.integer(0, 30))
    })
    const { places, blocks } = planMemory(intervals, 8000)
    for (const [i, a] of intervals.entries()) {
      const { block, offset } = places[i] ?? { block: -1, offset: -1 }
      expect(offset % 64).toBe(0)
      expect(offset + a.bytes).toBeLessThanOrEqual(blocks[block] ?? -1)
      const others = intervals.flatMap((b, j) => (j > i && a.first <= b.last && b.first <= a.last ? [j] : []))
      for (const j of others) {
        const other = places[j] ?? { block: -1, offset: -1 }
        const [end, otherEnd] = [offset + a.bytes, other.offset + (intervals[j]?.bytes ?? 0)]
        expect(block !== other.block || end <= other.offset || otherEnd <= offset).toBe(true)
      }
    }
    expect(total(blocks)).toBeGreaterThanOrEqual(mostAtOnce(intervals))
    expect(total(blocks)).toBeLessThan(1.3 * mostAtOnce(intervals))
    expect(blocks.toSorted((a, b) => b - a)).toEqual(blocks)
  }
})

it('counts what is used at once', () => {
  expect(mostAtOnce([])).toBe(0)
  expect(mostAtOnce([interval(64, 0, 2), interval(64, 2, 3), interval(10, 3, 4)])).toBe(128)
})

it('needs no memory for nothing', () => {
  expect(planMemory([], 1000)).toEqual({ places: [], blocks: [] })
})
