import { expect, it } from 'vitest'
import { Arena } from './arena.ts'
import type { ProgramBackend } from './program-backend.ts'

/** Hands out addresses one after another, up to a limit of bytes. */
function heap(limit: number) {
  const blocks = new Map<number, number>()
  let next = 8
  const used = (): number => [...blocks.values()].reduce((sum, bytes) => sum + bytes, 0)
  const wasm = {
    _malloc(bytes: number): number {
      if (used() + bytes > limit) return 0
      const address = next
      blocks.set(address, bytes)
      next += bytes + 8
      return address
    },
    _free: (address: number) => {
      expect(blocks.delete(address)).toBe(true)
    },
  }
  return { arena: new Arena({ wasm } as unknown as ProgramBackend), blocks }
}

it('is shared: as large as the largest asks for, and freed with the last', () => {
  const { arena, blocks } = heap(100_000)
  const [one, two] = [{}, {}]
  const first = arena.reserve(one, [1000, 500])
  expect(first.every((address) => address % 64 === 0)).toBe(true)
  expect(arena.bytes).toBe(1500)
  const second = arena.reserve(two, [800, 700, 10])
  expect(second[0]).toBe(first[0])
  expect(second[1]).not.toBe(first[1])
  expect(arena.bytes).toBe(1710)
  expect(arena.reserve(one, [1000, 500])).toEqual(second.slice(0, 2))
  arena.letGo(one)
  arena.letGo(one)
  expect(blocks.size).toBe(3)
  arena.letGo(two)
  expect([blocks.size, arena.bytes]).toEqual([0, 0])
})

it('says when there is no room, and is whole afterwards', () => {
  const { arena, blocks } = heap(3000)
  const [one, two] = [{}, {}]
  arena.reserve(one, [1000, 500])
  expect(() => arena.reserve(two, [1000, 2500])).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
  arena.letGo(two)
  expect(arena.reserve(one, [1000, 500])).toHaveLength(2)
  expect(arena.bytes).toBe(1500)
  arena.letGo(one)
  expect(blocks.size).toBe(0)
})
