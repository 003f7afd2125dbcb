import { expect, test } from 'vitest'
import { backbones } from '../registry.ts'
import { publishedWeights } from './weight-files.ts'

test('a name stands for itself in its path', () => {
  const base = 'https://paddle-imagenet-models-name.bj.bcebos.com/dygraph/'
  expect(publishedWeights('ResNet50_vd')).toEqual([
    {
      model: 'ResNet50_vd',
      weights: 'imagenet',
      url: `${base}legendary_models/ResNet50_vd_pretrained.pdparams`,
      licence: 'Apache-2.0',
    },
    {
      model: 'ResNet50_vd',
      weights: 'ssld',
      url: `${base}legendary_models/ResNet50_vd_ssld_pretrained.pdparams`,
      top1: 0.83,
      licence: 'Apache-2.0',
    },
  ])
  expect(publishedWeights('MAE_vit_base_patch16')[0]).toMatchObject({
    url: `${base}foundation_models/MAE_vit_base_patch16.pdparams`,
    licence: 'unknown',
  })
  expect(publishedWeights('NoSuchModel')).toEqual([])
})

test('every published model has its weights under names and addresses of their own', () => {
  for (const { name } of backbones.list()) {
    const files = publishedWeights(name)
    expect(new Set(files.map(({ weights }) => weights)).size, name).toBe(files.length)
    expect(new Set(files.map(({ url }) => url)).size, name).toBe(files.length)
    for (const { url } of files) expect(new URL(url).href).toBe(url)
  }
})
