import { readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import {
  type EvaluationReference,
  FAST_BACKEND,
  outputDifference,
  structuralDifferences,
  type TrainingReference,
  trainingDifferences,
} from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'

// Models that PaddleClas itself cannot run: fixtures/repaired says what their references are. `npm run parity` can compare
// the larger ones.
const folder = new URL('../fixtures/repaired/', import.meta.url)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

describe.each([
  'SwinTransformerV2_tiny_patch4_window8_256',
  'SwinTransformer_tiny_patch4_window7_224_SOLIDER',
  'cae_base_patch16_224',
])('%s', (name) => {
  const reference = read(`${name}.json`) as EvaluationReference
  const model = createModel(name)

  test('has the published keys, shapes, parameters and multiply-adds', () => {
    expect(structuralDifferences(model, reference)).toEqual([])
  })

  test('computes the logits of its reference', async () => {
    await useBackend(FAST_BACKEND)
    const { error, tolerance } = await outputDifference(model, reference)
    expect(error).toBeLessThan(tolerance)
  })
})

test('a training step of Swin Transformer V2 gives the loss and the gradients that timm gives', async () => {
  await useBackend(FAST_BACKEND)
  const name = 'SwinTransformerV2_tiny_patch4_window8_256'
  const reference = read(`${name}.train.json`) as TrainingReference
  expect(await trainingDifferences(createModel(name), reference)).toEqual([])
})
