import { createRng, disposeVariables } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { flatten, init, linear, sequential } from '@clas/nn'
import { expectNoLeaks } from '@clas/testkit'
import { tensor, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { classification } from './classification.ts'
import { evaluate } from './evaluate.ts'
import { predict, topK } from './predict.ts'
import { tinyLoader, tinyNet, tinySource } from './testing/tiny.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('evaluate', () => {
  it('agrees with a count by hand, the last batch of fewer pictures included', async () => {
    const source = tinySource({ count: 22, classes: 7 })
    const module = sequential([flatten, linear(64, 7)])
    const variables = init(module, createRng(5))
    await expectNoLeaks(async () => {
      const result = await evaluate({ module, variables, loader: tinyLoader(source, false), predictions: 3 })
      const weight = variables.params['1.weight']?.dataSync() as Float32Array
      let loss = 0
      const confusion = source.classes.map(() => source.classes.map(() => 0))
      let five = 0
      for (let index = 0; index < 22; index++) {
        const values = Array.from((await source.read(index)).data)
        const label = source.label(index)
        const logits = source.classes.map((_, c) =>
          values.reduce((sum, value, i) => sum + value * (weight[i * 7 + c] as number), 0),
        )
        const own = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (logits[label] as number)
        loss += own / 22
        const order = logits.map((_, c) => c).sort((a, b) => (logits[b] as number) - (logits[a] as number))
        const row = confusion[label] as number[]
        row[order[0] as number] = (row[order[0] as number] as number) + 1
        if (order.slice(0, 5).includes(label)) five++
        expect(result.predictions[index]).toMatchObject({ index, label })
        expect(result.predictions[index]?.top.map((ranked) => ranked.label)).toEqual(order.slice(0, 3))
        expect(result.predictions[index]?.loss).toBeCloseTo(own, 5)
      }
      expect(result.count).toBe(22)
      expect(result.loss).toBeCloseTo(loss, 6)
      expect(result.confusion).toEqual(confusion)
      expect(result.top5).toBe(five / 22)
      expect(result.top1).toBe(confusion.reduce((sum, row, c) => sum + (row[c] as number), 0) / 22)
      expect(result.perClass.map(({ count }) => count)).toEqual([4, 3, 3, 3, 3, 3, 3])
      expect(result.perClass[0]?.accuracy).toBe((confusion[0]?.[0] as number) / 4)
    })
    disposeVariables(variables)
  })

  it('has no top-5 for few classes, leaves out smoothing, and changes nothing', async () => {
    const module = tinyNet()
    const variables = init(module, createRng(5))
    const loader = tinyLoader(tinySource(), false)
    await expectNoLeaks(async () => {
      const plain = await evaluate({ module, variables, loader })
      const smooth = await evaluate({ task: classification({ module, smoothing: 0.3 }), variables, loader })
      expect(smooth).toEqual(plain)
      expect(plain).not.toHaveProperty('top5')
      expect(plain.predictions).toEqual([])
      const aborted = evaluate({ module, variables, loader, signal: AbortSignal.abort('enough') })
      await expect(aborted).rejects.toBe('enough')
    })
    disposeVariables(variables)
  })
})

describe('predict', () => {
  it('gives probabilities that do not depend on the rest of the batch', async () => {
    const module = tinyNet()
    const variables = init(module, createRng(5))
    const source = tinySource()
    const data = (await source.read(1)).data
    const one = tensor(data, [1, 8, 8, 1])
    const two = tensor([...data, ...data.map((value) => value * 3)], [2, 8, 8, 1])
    await expectNoLeaks(() => {
      const alone = predict(module, variables, one)
      const together = predict(module, variables, two)
      expect(alone.shape).toEqual([1, 3])
      expect([...alone.dataSync()].reduce((a, b) => a + b)).toBeCloseTo(1, 6)
      expect([...together.dataSync()].slice(0, 3)).toEqual([...alone.dataSync()])
      alone.dispose()
      together.dispose()
    })
  })
})

describe('topK', () => {
  it('takes the largest first, and the lower index of equal ones', async () => {
    const scores = tensor2d([
      [1, 3, 3, 2],
      [-1, -2, -3, 0],
    ])
    const labels = (await topK(scores, 3)).map((row) => row.map(({ label }) => label))
    expect(labels).toEqual([
      [1, 2, 3],
      [3, 0, 1],
    ])
    expect((await topK(scores, 9))[0]).toHaveLength(4)
    await expect(topK(scores, 0)).rejects.toMatchObject({ code: 'bad-option' })
    await expect(topK(tensor([1, 2]), 1)).rejects.toMatchObject({ code: 'shape-mismatch' })
  })
})
