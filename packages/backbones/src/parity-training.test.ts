import { readdirSync, readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { FAST_BACKEND, type TrainingReference, trainingDifferences } from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'
import { smallerHalves } from './smaller-half.test-helper.ts'

const folder = new URL('../fixtures/paddle-train/', import.meta.url)
const halves = smallerHalves() // `npm run parity` compares all
const references = readdirSync(folder)
  .filter((file) => halves.has(file.slice(0, -'.train.json'.length)))
  .map((file): TrainingReference => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

describe.each(references)('a training step of $model', (reference) => {
  test('gives the loss, the gradients and the statistics that PaddlePaddle gives', async () => {
    await useBackend(FAST_BACKEND)
    expect(await trainingDifferences(createModel(reference.model), reference)).toEqual([])
  })
})
