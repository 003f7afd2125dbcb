import { readdirSync, readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { type EvaluationReference, FAST_BACKEND, outputDifference, structuralDifferences } from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'

const folder = new URL('../fixtures/paddle/', import.meta.url)
const references = readdirSync(folder).map(
  (name): EvaluationReference => JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
)

describe.each(references)('$model', (reference) => {
  const model = createModel(reference.model)

  test('has the published keys, shapes, parameters and multiply-adds', () => {
    expect(structuralDifferences(model, reference)).toEqual([])
  })

  test('computes the logits that PaddlePaddle computes', async () => {
    await useBackend(FAST_BACKEND)
    const { error, tolerance } = await outputDifference(model, reference)
    expect(error).toBeLessThan(tolerance)
  })
})
