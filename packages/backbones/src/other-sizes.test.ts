import { readFileSync } from 'node:fs'
import { useBackend } from '@clas/kernels'
import { summary } from '@clas/nn'
import { type EvaluationReference, FAST_BACKEND, outputDifference } from '@clas/testkit'
import { expect, test } from 'vitest'
import { createModel } from './index.ts'

const folder = new URL('../fixtures/other-sizes/', import.meta.url)

test.each([
  'SwinTransformer_tiny_patch4_window7_224', // grids of 64 to 8, which windows of 7 do not cover
  'MOCOV3_vit_small', // position embeddings of 14 by 14 resized to 16 by 16
])('%s computes of 256 by 256 pixels what PaddlePaddle computes', async (name) => {
  await useBackend(FAST_BACKEND)
  const reference: EvaluationReference = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  expect(reference.size).toBe(256)
  const { error, tolerance } = await outputDifference(createModel(name), reference)
  expect(error).toBeLessThan(tolerance)
})

test.each([
  ['SwinTransformer_tiny_patch4_window7_224', [61, 150], [16, 38]],
  ['SwinTransformerV2_tiny_patch4_window16_256', [61, 150], [16, 38]],
  ['SwinTransformer_tiny_patch4_window7_224_SOLIDER', [61, 150], [16, 38]],
  ['CSWinTransformer_tiny_224', [100, 150], [25, 37]],
  ['pcpvt_small', [100, 150], [25, 38]],
  ['alt_gvt_small', [100, 150], [25, 38]],
] as const)('%s takes a picture of any size', (name, [height, width], [rows, columns]) => {
  const model = createModel(name)
  const { layers, outputShape } = summary(model, [2, height, width, 3])
  expect(outputShape).toEqual([2, 1000])
  const first = layers.find(({ path }) => path === model.stages[0])
  expect(first?.outputShape.slice(1, 3)).toEqual([rows, columns])
})

test.each(['BEiTv2_vit_base_patch16_224', 'cae_base_patch16_224'])('%s takes other squares', (name) => {
  expect(summary(createModel(name), [1, 160, 160, 3]).outputShape).toEqual([1, 1000])
  expect(() => summary(createModel(name), [1, 160, 192, 3])).toThrow('square')
})
