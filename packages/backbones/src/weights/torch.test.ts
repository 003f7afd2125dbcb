import { expect, test } from 'vitest'
import { decodeWeights } from './decode-weights.ts'
import { bytesFrom, readFixture, replaced } from './fixtures.test-helper.ts'

test('tied weights are one array', async () => {
  for (const name of ['torch-views.pth', 'torch-views-legacy.pth', 'torch-deflated.pth']) {
    const { arrays } = await decodeWeights(readFixture(name), name)
    expect(arrays.tied).toBe(arrays['tied too'])
    expect(arrays.slice).not.toBe(arrays.tied)
  }
})

test('a small view of a long storage is refused where it has too many elements', async () => {
  // The view [3, 2] with strides [0, 1] of two elements, made [2147483647, 2].
  const file = readFixture('torch-views-legacy.pth')
  const size = (rows: Uint8Array) => bytesFrom(rows, 'K', 2, 0x86)
  const huge = replaced(file, size(bytesFrom('K', 3)), size(bytesFrom('J', 0xff, 0xff, 0xff, 0x7f)))
  await expect(decodeWeights(huge, 'a.pth')).rejects.toThrow(
    expect.objectContaining({ code: 'unsafe-file', message: expect.stringContaining('more than 16 times') }),
  )
})

test('a view beyond its storage is refused', async () => {
  const file = readFixture('torch-views-legacy.pth')
  // The view [3, 2] with strides [0, 1] of two elements, made [3, 9].
  const beyond = replaced(file, bytesFrom('K', 3, 'K', 2, 0x86), bytesFrom('K', 3, 'K', 9, 0x86))
  await expect(decodeWeights(beyond, 'a.pth')).rejects.toThrow('needs 36 bytes, found 8')
})

test('storages must have the bytes that the pickle says, and one size', async () => {
  const name = 'torch-views.pth'
  const count = (key: Uint8Array, from: number, to: number) =>
    decodeWeights(replaced(readFixture(name), bytesFrom(key, 'K', from), bytesFrom(key, 'K', to)), name)
  await expect(count(bytesFrom('2q', 53, 'h', 6), 6, 7)).rejects.toThrow("storage '2' has 14 bytes, its file 12")
  await expect(count(bytesFrom('cpuq', 6), 24, 25)).rejects.toThrow("storage '0' has two types or sizes")
})

test('a machine that has high bytes first is refused', async () => {
  const zip = replaced(readFixture('torch-views.pth'), bytesFrom('little'), bytesFrom('bigbig'))
  await expect(decodeWeights(zip, 'a.pth')).rejects.toThrow("expected 'little' as byte order")
})
