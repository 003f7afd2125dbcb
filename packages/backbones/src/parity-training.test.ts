import { readdirSync, readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { FAST_BACKEND, type TrainingReference, trainingDifferences } from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'

const folder = new URL('../fixtures/paddle-train/', import.meta.url)
const references = readdirSync(folder).map(
  (name): TrainingReference => JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
)

describe.each(references)('a training step of $model', (reference) => {
  test('gives the loss, the gradients and the statistics that PaddlePaddle gives', async () => {
    await useBackend(FAST_BACKEND)
    expect(await trainingDifferences(createModel(reference.model), reference)).toEqual([])
  })
})
