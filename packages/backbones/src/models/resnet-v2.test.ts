import { readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { type EvaluationReference, FAST_BACKEND, outputDifference, structuralDifferences } from '@clas/testkit'
import { describe, expect, test } from 'vitest'
import { ResNet50_va, ResNet101_va, ResNet152_va } from './resnet.ts'
import { ResNet50_V2, ResNet101_V2, ResNet152_V2 } from './resnet-v2.ts'

// PaddleClas describes these networks but has no code for them: PyTorch computed the values, see fixtures/resnet-v2/make.py.
const models = [ResNet50_V2, ResNet101_V2, ResNet152_V2, ResNet50_va, ResNet101_va, ResNet152_va].map((make) => make())

describe.each(models.map((model) => [model.name, model] as const))('%s', (name, model) => {
  const file = new URL(`../../fixtures/resnet-v2/${name}.json`, import.meta.url)
  const reference: EvaluationReference = JSON.parse(readFileSync(file, 'utf8'))

  test('has the keys, shapes, parameters and multiply-adds of the reference', () => {
    expect(structuralDifferences(model, reference)).toEqual([])
  })

  test('computes the logits that PyTorch computes', async () => {
    await useBackend(FAST_BACKEND)
    const { error, tolerance } = await outputDifference(model, reference)
    expect(error).toBeLessThan(tolerance)
  })
})
