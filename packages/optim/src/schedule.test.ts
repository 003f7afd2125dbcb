import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { byEpoch, constant, cosine, linear, piecewise, polynomial, type Schedule, warmup } from './schedule.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'))

interface Run {
  readonly run: string
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly lr: {
    readonly name: string
    readonly learning_rate: number
    readonly eta_min?: number
    readonly warmup_epoch?: number
    readonly warmup_start_lr?: number
    readonly decay_epochs: readonly number[]
    readonly values: readonly number[]
  }
  readonly rates: readonly number[]
}

function expectRates(schedule: Schedule, rates: readonly number[], relative: number): void {
  for (const [step, rate] of rates.entries()) {
    expect(Math.abs(schedule(step) - rate), `step ${step}`).toBeLessThanOrEqual(relative * Math.abs(rate))
  }
}

function scheduleOf({ epochs, stepsPerEpoch, lr }: Run): Schedule {
  if (lr.name === 'Piecewise') {
    return piecewise({ boundaries: lr.decay_epochs.map((epoch) => epoch * stepsPerEpoch), values: lr.values })
  }
  const { learning_rate: from, eta_min: to = 0, warmup_epoch: warmupEpochs = 0, warmup_start_lr: start = 0 } = lr
  const steps = (epochs - warmupEpochs) * stepsPerEpoch
  return warmup(cosine({ from, to, steps }), { steps: warmupEpochs * stepsPerEpoch, from: start })
}

describe('schedules agree with PaddleClas', () => {
  const runs = read('paddleclas-rates.json') as readonly Run[]
  it('has all six runs', () => expect(runs).toHaveLength(6))
  it.each(runs)('$run', (run) => expectRates(scheduleOf(run), run.rates, 1e-7))
})

describe('schedules agree with Paddle and PyTorch', () => {
  const rates = read('schedules.json') as Readonly<Record<string, readonly number[]>>
  const cosineOf5 = warmup(cosine({ from: 0.4, to: 0.01, steps: 5 }), { steps: 2 })
  const pieces = warmup(piecewise({ boundaries: [1, 3], values: [0.4, 0.2, 0.1] }), { steps: 2 })
  const table: readonly (readonly [string, Schedule])[] = [
    ['paddlePolynomial', warmup(polynomial({ from: 0.5, to: 0.01, steps: 8, power: 2 }), { steps: 4, from: 0.05 })],
    ['paddlePiecewiseByEpoch', byEpoch(pieces, 2)],
    ['paddleCosineByEpoch', byEpoch(cosineOf5, 2)],
    ['torchLinear', linear({ from: 0.4, to: 0.1, steps: 10 })],
    ['torchCosine', cosine({ from: 0.4, to: 0.02, steps: 13 })],
    ['torchMultiStep', piecewise({ boundaries: [3, 7], values: [0.4, 0.04, 0.004] })],
  ]
  it.each(table)('%s', (name, schedule) => {
    expect(rates[name]).toHaveLength(14)
    expectRates(schedule, rates[name] ?? [], 1e-12)
  })
})

describe('schedules', () => {
  it('stay at their end', () => {
    expect(cosine({ from: 1, to: 0.1, steps: 4 })(9)).toBe(0.1)
    expect(linear({ from: 1, to: 0.1, steps: 4 })(4)).toBe(0.1)
    expect(polynomial({ from: 1, steps: 4, power: 0.5 })(5)).toBe(0)
  })

  it('count the inner steps from the end of the warm-up', () => {
    const schedule = warmup(cosine({ from: 0.1, steps: 10 }), { steps: 5 })
    expect(schedule(0)).toBe(0)
    expect(schedule(5)).toBe(0.1)
    expect(schedule(15)).toBe(0)
    expect(warmup(constant(2), { steps: 0 })(0)).toBe(2)
  })

  it('refuse bad options', () => {
    const bad = { code: 'bad-option' }
    expect(() => constant(-1)).toThrow(expect.objectContaining(bad))
    expect(() => cosine({ from: 1, steps: 0 })).toThrow(expect.objectContaining(bad))
    expect(() => linear({ from: Number.NaN, steps: 1 })).toThrow(expect.objectContaining(bad))
    expect(() => polynomial({ from: 1, steps: 1, power: 0 })).toThrow(expect.objectContaining(bad))
    expect(() => piecewise({ boundaries: [2, 1], values: [1, 2, 3] })).toThrow(expect.objectContaining(bad))
    expect(() => piecewise({ boundaries: [1], values: [1] })).toThrow(expect.objectContaining(bad))
    expect(() => warmup(constant(1), { steps: -1 })).toThrow(expect.objectContaining(bad))
    expect(() => byEpoch(constant(1), 0.5)).toThrow(expect.objectContaining(bad))
  })
})
