import { BACKENDS_UNDER_TEST, expectNoLeaks, forEachBackend } from '@clas/testkit'
import { describe, expect, it } from 'vitest'
import { batchTensors } from './batch-tensors.ts'
import { Slots } from './slots.ts'

describe('batchTensors', () => {
  it('never change when the memory is used again', async () => {
    await forEachBackend(BACKENDS_UNDER_TEST, () =>
      expectNoLeaks(async () => {
        const slot = new Slots().take([2, 1, 2, 3], 2)
        slot.images.forEach((_, i) => {
          slot.images[i] = i
        })
        slot.labels.set([1, 0, 0, 1])
        const { images, labels } = batchTensors(slot, true)
        const clone = images.clone()
        slot.images.fill(-1)
        slot.labels.fill(-1)
        expect(images.shape).toEqual([2, 1, 2, 3])
        expect([...(await images.data())]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
        expect([...(await clone.data())]).toEqual([...(await images.data())])
        expect([...(await labels.data())]).toEqual([1, 0, 0, 1])
        for (const tensor of [images, labels, clone]) tensor.dispose()
      }),
    )
  })
})

describe('Slots', () => {
  it('hand out memory again when it came back and is large enough', () => {
    const slots = new Slots()
    const first = slots.take([4, 2, 2, 1], 3)
    const second = slots.take([4, 2, 2, 1], 3)
    expect(second.images.buffer).not.toBe(first.images.buffer)
    first.release()
    const smaller = slots.take([3, 2, 2, 1], 3)
    expect(smaller.images.buffer).toBe(first.images.buffer)
    expect([smaller.images.length, smaller.labels.length]).toEqual([12, 9])
    smaller.release()
    expect(slots.take([5, 2, 2, 1], 3).images.buffer).not.toBe(first.images.buffer)
  })
})
