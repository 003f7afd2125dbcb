import { stateDictShapes, summary } from '@clas/nn'
import { expect, test } from 'vitest'
import { EVA_vit_giant_patch14, MOCOV3_vit_small } from './foundation-vit.ts'

const PICTURE = [2, 224, 224, 3]

test('EVA gives one number a picture, its embedding at `norm`, and logits once it has classes', () => {
  const published = summary(EVA_vit_giant_patch14(), PICTURE)
  expect(published.outputShape).toEqual([2])
  expect(published.layers.find(({ path }) => path === 'norm')?.outputShape).toEqual([2, 1408])

  const classifier = EVA_vit_giant_patch14({ classes: 7 })
  expect(classifier.classifier).toBe('head.fc_head')
  expect(summary(classifier, PICTURE).outputShape).toEqual([2, 7])
})

test('an embedding takes the place of the classifier', () => {
  const model = MOCOV3_vit_small({ embedding: true })
  expect(summary(model, PICTURE).outputShape).toEqual([2, model.classes])
  expect(model.classifier).toBeUndefined()
  const { proj, ...others } = stateDictShapes(model)
  expect(proj).toEqual([384, 512])
  expect(Object.keys(others).filter((key) => key.startsWith('head'))).toEqual([])
})
