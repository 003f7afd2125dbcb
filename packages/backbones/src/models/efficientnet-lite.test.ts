import { readFileSync } from 'node:fs'
import { createRng, disposeVariables } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, init, loadStateDict } from '@clas/nn'
import { type EvaluationReference, FAST_BACKEND, image, outputDifference, structuralDifferences } from '@clas/testkit'
import { dispose, tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { decodeWeights } from '../weights/index.ts'
import { EfficientNetLite0, EfficientNetLite1, EfficientNetLite2 } from './efficientnet-lite.ts'

/** What the PyTorch package computed: fixtures/efficientnet-lite/make.py. */
interface Reference extends EvaluationReference {
  /** By its own weights. */
  readonly trained: EvaluationReference['outputs'][number] & { readonly file: string }
}

/** A folder with the packages' weight files, which are too large for the repository. */
const weights = process.env.CLAS_EFFICIENTNET_LITE

const models = [EfficientNetLite0(), EfficientNetLite1(), EfficientNetLite2()]
describe.each(models.map((model) => [model.name, model] as const))('%s', (name, model) => {
  const file = new URL(`../../fixtures/efficientnet-lite/${name}.json`, import.meta.url)
  const reference: Reference = JSON.parse(readFileSync(file, 'utf8'))

  test('has the keys, shapes, parameters and multiply-adds of the PyTorch package', () => {
    expect(structuralDifferences(model, reference)).toEqual([])
  })

  test('computes the logits that PyTorch computes', async () => {
    await useBackend(FAST_BACKEND)
    const { error, tolerance } = await outputDifference(model, reference)
    expect(error).toBeLessThan(tolerance)
  })

  test.runIf(weights)('computes them by the published weights', async () => {
    await useBackend(FAST_BACKEND)
    const { size, batch, trained } = reference
    const { arrays } = await decodeWeights(readFileSync(`${weights}/${trained.file}`), trained.file)
    const variables = loadStateDict(model, arrays, { layout: 'torch', allowSurplus: true })
    const { output } = apply(model, variables, tensor4d(image(batch, size), [batch, size, size, 3]))
    const logits = await output.data()
    for (const [b, expected] of trained.values.entries()) {
      const found = trained.at.map((at) => logits[b * 1000 + at] as number)
      const errors = found.map((value, i) => Math.abs(value - (expected[i] as number)) / trained.std)
      expect(Math.max(...errors)).toBeLessThan(1e-4)
    }
    output.dispose()
    disposeVariables(variables)
  })
})

test('training moves the running statistics, which have the keys of PyTorch', async () => {
  await useBackend(FAST_BACKEND)
  const model = EfficientNetLite0({ classes: 2, dropPath: 0, dropout: 0 })
  const variables = init(model, createRng(1))
  const x = tensor4d(image(2, 32), [2, 32, 32, 3])
  const { output, buffers } = apply(model, variables, x, { training: true })
  const moved = Object.keys(buffers).filter((key) => buffers[key] !== variables.buffers[key])
  expect(moved).toHaveLength(2 * 49)
  expect(moved.every((key) => /\.running_(mean|var)$/.test(key))).toBe(true)
  dispose([x, output, { ...buffers }])
  disposeVariables(variables)
})
