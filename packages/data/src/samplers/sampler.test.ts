import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { sequential, shuffled } from './sampler.ts'

describe('samplers', () => {
  it('shuffles anew each epoch, and the same way each time', () => {
    const sampler = shuffled(100, createRng(3))
    const orders = [0, 1, 2].map((epoch) => [...sampler.order(epoch)])
    const sorted = Array.from({ length: 100 }, (_, i) => i)
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(sorted)
    expect(new Set([sorted, ...orders].map(String)).size).toBe(4)
    expect([...sampler.order(1)]).toEqual(orders[1])
    expect([...shuffled(100, createRng(3)).order(1)]).toEqual(orders[1])
  })

  it('counts', () => {
    expect([...sequential(4).order(9)]).toEqual([0, 1, 2, 3])
    expect(() => sequential(0)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })
})
