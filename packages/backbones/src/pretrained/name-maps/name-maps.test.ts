import { readdirSync, readFileSync } from 'node:fs'
import { createRng, disposeVariables, type StateDict } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, loadStateDict } from '@clas/nn'
import { FAST_BACKEND, fill, image } from '@clas/testkit'
import { dispose, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { Model } from '../../model.ts'
import { ConvNeXt_tiny } from '../../models/convnext.ts'
import { DenseNet121 } from '../../models/densenet.ts'
import { EfficientNetB0, EfficientNetB1 } from '../../models/efficientnet.ts'
import { MobileNetV2 } from '../../models/mobilenet-v2.ts'
import { MobileNetV3_large_x1_0, MobileNetV3_small_x1_0 } from '../../models/mobilenet-v3.ts'
import { PPHGNet_tiny } from '../../models/pp-hgnet.ts'
import { PPHGNetV2_B0 } from '../../models/pp-hgnet-v2.ts'
import { RegNetX_400MF, RegNetX_800MF } from '../../models/regnet.ts'
import { RepVGG_A0 } from '../../models/repvgg.ts'
import { ResNet50, ResNet50_vd } from '../../models/resnet.ts'
import { ResNeXt50_32x4d } from '../../models/resnext.ts'
import { ResNeXt101_32x8d_wsl } from '../../models/resnext101-wsl.ts'
import { ShuffleNetV2_x1_0 } from '../../models/shufflenet-v2.ts'
import { SwinTransformer_tiny_patch4_window7_224 } from '../../models/swin-transformer.ts'
import { VGG11, VGG16 } from '../../models/vgg.ts'
import {
  DeiT_tiny_distilled_patch16_224,
  DeiT_tiny_patch16_224,
  ViT_base_patch16_224,
} from '../../models/vision-transformer.ts'
import { adaptStateDict } from '../adapt.ts'
import { recogniseStateDict } from '../recognise.ts'

/** What another library computed: see fixtures/name-maps/make.py. */
interface Reference {
  readonly library: string
  readonly libraryModel: string
  readonly model: string
  readonly size: number
  readonly batch: number
  readonly keys: readonly (readonly [string, readonly number[]])[]
  readonly output: {
    readonly shape: readonly number[]
    readonly std: number
    readonly at: number[]
    readonly values: number[][]
  }
  readonly sensitivity: number
}

const fixtures = new URL('../../../fixtures/name-maps/', import.meta.url)
const references = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json'))
  .map((name): Reference => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')))

const factories: Readonly<Record<string, () => Model>> = {
  ConvNeXt_tiny,
  DeiT_tiny_distilled_patch16_224,
  DeiT_tiny_patch16_224,
  DenseNet121,
  EfficientNetB0,
  EfficientNetB1,
  MobileNetV2: () => MobileNetV2({ expandFirst: false }),
  MobileNetV3_large_x1_0: () => MobileNetV3_large_x1_0({ variant: 'torchvision' }),
  MobileNetV3_small_x1_0: () => MobileNetV3_small_x1_0({ variant: 'torchvision' }),
  PPHGNet_tiny,
  PPHGNetV2_B0,
  RegNetX_400MF,
  RegNetX_800MF,
  RepVGG_A0,
  ResNet50,
  ResNet50_vd,
  ResNeXt50_32x4d,
  ResNeXt101_32x8d_wsl,
  ShuffleNetV2_x1_0,
  SwinTransformer_tiny_patch4_window7_224: () => SwinTransformer_tiny_patch4_window7_224({ shiftCovering: false }),
  VGG11: () => VGG11({ variant: 'torchvision' }),
  VGG16: () => VGG16({ variant: 'torchvision' }),
  ViT_base_patch16_224,
}

beforeAll(async () => {
  await useBackend(FAST_BACKEND)
})

test.each(references)('$library $libraryModel is $model', async (reference) => {
  const model = (factories[reference.model] as () => Model)()
  const stateDict: StateDict = Object.fromEntries(
    reference.keys.map(([key, shape]) => [key, { shape, data: fill(key, shape) }]),
  )
  const recognised = recogniseStateDict(model, stateDict)
  expect(recognised.layout).toBe('torch')
  const { arrays, report } = adaptStateDict(model, recognised.arrays, { rng: createRng(1), layout: 'torch' })
  expect(report).toMatchObject({ adapted: [], initialised: [], leftOver: [] })
  const variables = loadStateDict(model, arrays)
  const { size, batch, output } = reference
  const pictures = tensor(image(batch, size), [batch, size, size, 3])
  const { output: logits } = apply(model, variables, pictures)
  expect(logits.shape).toEqual(output.shape)
  const found = (await logits.array()) as number[][]
  const tolerance = Math.max(2e-5, 5 * reference.sensitivity) * output.std
  for (const [row, values] of output.values.entries()) {
    for (const [i, value] of values.entries()) {
      expect(Math.abs((found[row]?.[output.at[i] as number] as number) - value)).toBeLessThan(tolerance)
    }
  }
  dispose([logits, pictures])
  disposeVariables(variables)
})
