import { describe, expect, it } from 'vitest'
import { cifar } from './cifar.ts'
import { cifarFolder } from './cifar-folder.ts'
import { labelsOf, useFolder, writeFiles } from './folder.test-helper.ts'

const folder = useFolder()

/** Records of the labels given; the red of a pixel is its place, green and blue are the record's number. */
function records(...labels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, i) => [
      ...label,
      ...Array.from({ length: 1024 }, (_, p) => p % 256),
      ...new Array(1024).fill(i),
      ...new Array(1024).fill(100 + i),
    ]),
  )
}

describe('cifar', () => {
  it('reads CIFAR-10, planes into pixels', () => {
    const source = cifar([records([3], [9]), records([0])], { names: ['a.bin', 'b.bin'] })
    expect([labelsOf(source), source.classes[9], source.name(2)]).toEqual([[3, 9, 0], 'truck', 'picture 0 of b.bin'])
    const image = source.read(1) as { data: Uint8Array; width: number; height: number; channels: number }
    expect([image.width, image.height, image.channels]).toEqual([32, 32, 3])
    expect([...image.data.subarray(3 * 37, 3 * 39)]).toEqual([37, 1, 101, 38, 1, 101])
  })

  it('reads either label of CIFAR-100', () => {
    const bytes = records([1, 7], [0, 2])
    expect(labelsOf(cifar([bytes], { labels: 'fine' }))).toEqual([7, 2])
    expect(labelsOf(cifar([bytes], { labels: 'coarse' }))).toEqual([1, 0])
  })

  it('refuses files that are cut off, empty or of the other kind, and labels beyond the classes', () => {
    const cut = { code: 'corrupt-file', fields: { file: 'file 2', offset: 3073, record: 3073 } }
    const whole = records([3])
    expect(() => cifar([whole, Buffer.concat([whole, whole]).subarray(0, 5000)])).toThrow(expect.objectContaining(cut))
    const corrupt = expect.objectContaining({ code: 'corrupt-file' })
    expect(() => cifar([new Uint8Array(0)])).toThrow(corrupt)
    expect(() => cifar([whole], { labels: 'fine' })).toThrow(corrupt)
    expect(() => cifar([records([10])])).toThrow(expect.objectContaining({ code: 'class-mismatch' }))
  })
})

describe('cifarFolder', () => {
  it('finds the parts of CIFAR-10 and its names', async () => {
    await writeFiles(folder.path, {
      'data_batch_2.bin': records([1]),
      'data_batch_1.bin': records([0]),
      'test_batch.bin': records([1]),
      'batches.meta.txt': 'plane\ncar\n\n',
    })
    const training = await cifarFolder(folder.path)
    expect([labelsOf(training), training.classes]).toEqual([
      [0, 1],
      ['plane', 'car'],
    ])
    expect(labelsOf(await cifarFolder(folder.path, { part: 'test' }))).toEqual([1])
  })

  it('finds the parts of CIFAR-100 and the names of either label', async () => {
    await writeFiles(folder.path, { 'train.bin': records([0, 1]), 'coarse_label_names.txt': 'fish\n' })
    expect((await cifarFolder(folder.path, { labels: 'coarse' })).classes).toEqual(['fish'])
    expect((await cifarFolder(folder.path)).classes).toEqual(['0', '1'])
    await expect(cifarFolder(folder.path, { part: 'test' })).rejects.toMatchObject({ code: 'io' })
    await expect(cifarFolder(folder.file('none'))).rejects.toMatchObject({ code: 'io' })
  })
})
