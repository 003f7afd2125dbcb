import { readdirSync, readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { FAST_BACKEND, type Sensitivities, type TrainingReference, trainingDifferences } from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'
import { smallerHalves } from './smaller-half.test-helper.ts'

const fixtures = new URL('../fixtures/', import.meta.url)
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, fixtures), 'utf8'))
const halves = smallerHalves() // `npm run parity` compares all
const references = readdirSync(new URL('paddle-train/', fixtures))
  .filter((file) => halves.has(file.slice(0, -'.train.json'.length)))
  .map((file) => read(`paddle-train/${file}`) as TrainingReference)

describe.each(references)('a training step of $model', (reference) => {
  test('gives the loss, the gradients and the statistics that PaddlePaddle gives', async () => {
    await useBackend(FAST_BACKEND)
    const sensitivities = read(`paddle-train-sensitivity/${reference.model}.json`) as Sensitivities
    expect(await trainingDifferences(createModel(reference.model), reference, sensitivities)).toEqual([])
  })
})
