import { expect, it } from 'vitest'
import type { TrainEvent } from './events.ts'
import { progressBar } from './progress-bar.ts'

const at = { steps: 200, epoch: 1, epochs: 2, stepsPerEpoch: 100 }
const step: TrainEvent = {
  ...{ ...at, type: 'step', step: 150, batch: 50, loss: 1.23456, lr: 0.05, imagesPerSecond: 123.4, secondsLeft: 75 },
}
const evaluation: TrainEvent = {
  ...{ type: 'evaluation', step: 200, epoch: 1, epochs: 2, seconds: 1, best: { epoch: 1, top1: 0.8125 } },
  metrics: { loss: 0.9, top1: 0.8125, top5: 0.99 },
}
const end = { type: 'epoch-end', step: 200, epoch: 1, epochs: 2, loss: 1.1, seconds: 3725 } as TrainEvent

const shown = async (stream: object, times: readonly number[], events: readonly TrainEvent[]): Promise<string[]> => {
  const written: string[] = []
  const clock = [...times]
  const write = (text: string): void => void written.push(text)
  const observe = progressBar({ stream: { write, ...stream }, now: () => clock.shift() ?? 1e6 })
  for (const event of events) await observe(event)
  return written
}

it('rewrites one line on a terminal, no wider than it', async () => {
  const [line = '', ...more] = await shown({ isTTY: true, columns: 90 }, [0, 0], [step])
  expect(more).toEqual([])
  expect(line).toContain('epoch 2/2 ━')
  expect(line).toContain('loss 1.2346  lr 0.0500  123 images/s  1m 15s left')
  expect(line.startsWith('\r\x1b[2K')).toBe(true)
  expect(line.length - 5).toBeLessThan(90)
  const [full, left] = [/━/g, /─/g].map((cell) => line.match(cell)?.length ?? 0)
  expect(Math.abs((full ?? 0) - (left ?? 0))).toBeLessThan(2) // half of the epoch
  const [narrow = ''] = await shown({ isTTY: true, columns: 30 }, [0, 0], [step])
  expect(narrow.length - 5).toBeLessThan(30)
})

it('is redrawn no more often than the eye can follow', async () => {
  expect(await shown({ isTTY: true }, [0, 0, 10, 100, 100], [step, step, step])).toHaveLength(2)
})

it('writes one line per epoch elsewhere', async () => {
  expect(await shown({}, [], [step, evaluation, end])).toEqual([
    'epoch 2/2  loss 1.1000  evaluation loss 0.9000  top-1 81.25% (best)  top-5 99.00%  lr 0.0500  123 images/s  1h 02m\n',
  ])
})
