import { readdirSync, readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { type EvaluationReference, FAST_BACKEND, outputDifference, structuralDifferences } from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'
import { smallerHalves } from './smaller-half.test-helper.ts'

const folder = new URL('../fixtures/paddle/', import.meta.url)
const halves = smallerHalves() // `npm run parity` compares all
const references = readdirSync(folder)
  .filter((file) => halves.has(file.slice(0, -'.json'.length)))
  .map((file): EvaluationReference => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

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
