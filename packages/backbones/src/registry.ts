import { createRegistry, type Registry } from '@clas/core'
import type { Model } from './model.ts'
import {
  MobileNetV3_large_x0_5,
  MobileNetV3_large_x0_35,
  MobileNetV3_large_x0_75,
  MobileNetV3_large_x1_0,
  MobileNetV3_large_x1_25,
  MobileNetV3_small_x0_5,
  MobileNetV3_small_x0_35,
  MobileNetV3_small_x0_75,
  MobileNetV3_small_x1_0,
  MobileNetV3_small_x1_25,
} from './models/mobilenet-v3.ts'
import {
  PPLCNet_x0_5,
  PPLCNet_x0_25,
  PPLCNet_x0_35,
  PPLCNet_x0_75,
  PPLCNet_x1_0,
  PPLCNet_x1_5,
  PPLCNet_x2_0,
  PPLCNet_x2_5,
} from './models/pp-lcnet.ts'
import {
  ResNet18,
  ResNet18_vd,
  ResNet34,
  ResNet34_vd,
  ResNet50,
  ResNet50_vd,
  ResNet101,
  ResNet101_vd,
  ResNet152,
  ResNet152_vd,
  ResNet200_vd,
} from './models/resnet.ts'
import { ResNet50_vc } from './models/resnet-vc.ts'
import {
  DeiT_base_distilled_patch16_224,
  DeiT_base_distilled_patch16_384,
  DeiT_base_patch16_224,
  DeiT_base_patch16_384,
  DeiT_small_distilled_patch16_224,
  DeiT_small_patch16_224,
  DeiT_tiny_distilled_patch16_224,
  DeiT_tiny_patch16_224,
  ViT_base_patch16_224,
  ViT_base_patch16_384,
  ViT_base_patch32_384,
  ViT_large_patch16_224,
  ViT_large_patch16_384,
  ViT_large_patch32_384,
  ViT_small_patch16_224,
} from './models/vision-transformer.ts'

/** The published models and the types of their factories. A program adds its own names by declaration merging. */
export interface Backbones {
  ResNet18: typeof ResNet18
  ResNet18_vd: typeof ResNet18_vd
  ResNet34: typeof ResNet34
  ResNet34_vd: typeof ResNet34_vd
  ResNet50: typeof ResNet50
  ResNet50_vd: typeof ResNet50_vd
  ResNet101: typeof ResNet101
  ResNet101_vd: typeof ResNet101_vd
  ResNet152: typeof ResNet152
  ResNet152_vd: typeof ResNet152_vd
  ResNet200_vd: typeof ResNet200_vd
  ResNet50_vc: typeof ResNet50_vc
  MobileNetV3_small_x0_35: typeof MobileNetV3_small_x0_35
  MobileNetV3_small_x0_5: typeof MobileNetV3_small_x0_5
  MobileNetV3_small_x0_75: typeof MobileNetV3_small_x0_75
  MobileNetV3_small_x1_0: typeof MobileNetV3_small_x1_0
  MobileNetV3_small_x1_25: typeof MobileNetV3_small_x1_25
  MobileNetV3_large_x0_35: typeof MobileNetV3_large_x0_35
  MobileNetV3_large_x0_5: typeof MobileNetV3_large_x0_5
  MobileNetV3_large_x0_75: typeof MobileNetV3_large_x0_75
  MobileNetV3_large_x1_0: typeof MobileNetV3_large_x1_0
  MobileNetV3_large_x1_25: typeof MobileNetV3_large_x1_25
  PPLCNet_x0_25: typeof PPLCNet_x0_25
  PPLCNet_x0_35: typeof PPLCNet_x0_35
  PPLCNet_x0_5: typeof PPLCNet_x0_5
  PPLCNet_x0_75: typeof PPLCNet_x0_75
  PPLCNet_x1_0: typeof PPLCNet_x1_0
  PPLCNet_x1_5: typeof PPLCNet_x1_5
  PPLCNet_x2_0: typeof PPLCNet_x2_0
  PPLCNet_x2_5: typeof PPLCNet_x2_5
  ViT_small_patch16_224: typeof ViT_small_patch16_224
  ViT_base_patch16_224: typeof ViT_base_patch16_224
  ViT_base_patch16_384: typeof ViT_base_patch16_384
  ViT_base_patch32_384: typeof ViT_base_patch32_384
  ViT_large_patch16_224: typeof ViT_large_patch16_224
  ViT_large_patch16_384: typeof ViT_large_patch16_384
  ViT_large_patch32_384: typeof ViT_large_patch32_384
  DeiT_tiny_patch16_224: typeof DeiT_tiny_patch16_224
  DeiT_small_patch16_224: typeof DeiT_small_patch16_224
  DeiT_base_patch16_224: typeof DeiT_base_patch16_224
  DeiT_base_patch16_384: typeof DeiT_base_patch16_384
  DeiT_tiny_distilled_patch16_224: typeof DeiT_tiny_distilled_patch16_224
  DeiT_small_distilled_patch16_224: typeof DeiT_small_distilled_patch16_224
  DeiT_base_distilled_patch16_224: typeof DeiT_base_distilled_patch16_224
  DeiT_base_distilled_patch16_384: typeof DeiT_base_distilled_patch16_384
}

/** A factory of models. Its options are at least `classes`. */
// biome-ignore lint/suspicious/noExplicitAny: each name has options of its own, checked through Backbones
export type ModelFactory = (options?: any) => Model

/** What lists and filters know of a model. */
export interface ModelFacts {
  /** Height and width of the pictures it was published for, in pixels. */
  readonly inputSize: number
  /** Models of one paper and kind: `ResNet_vd`. */
  readonly family?: string
  /** Where it was published: `arXiv 1512.03385`. */
  readonly paper?: string
  /** Published share of ImageNet's validation pictures that are classified right, in [0, 1]. */
  readonly top1?: number
  /** The same for the five most probable classes. */
  readonly top5?: number
}

/**
 * All models by name. Register your own with `backbones.register(name, factory, facts)`; its type is checked once the
 * name is added to {@link Backbones}.
 *
 * @example
 * ```ts
 * import { backbones } from '@clas/backbones'
 * const small = backbones.list().filter(({ facts }) => facts.family === 'PPLCNet')
 * for (const { name, facts } of small) console.log(name, facts.inputSize, facts.top1)
 * ```
 */
export const backbones: Registry<Backbones, ModelFactory, ModelFacts> = /* @__PURE__ */ publishedModels()

/**
 * Makes a model by name.
 *
 * @param name - a published name, or one that was registered
 * @param options - of the model's factory; `classes` is always there, default 1000
 * @returns a description without weights: give it to `init` or to `loadStateDict`
 * @throws `unknown-name`, with the names that are near
 * @example
 * ```ts
 * import { createModel } from '@clas/backbones'
 * console.log(createModel('PPLCNet_x0_25', { classes: 10 }).stages)
 * ```
 */
export function createModel<N extends keyof Backbones>(name: N, options?: Parameters<Backbones[N]>[0]): Model
export function createModel(name: string, options?: { readonly classes?: number }): Model
export function createModel(name: string, options?: unknown): Model {
  return backbones.get(name).create(options)
}

function publishedModels(): Registry<Backbones, ModelFactory, ModelFacts> {
  const registry = createRegistry<Backbones, ModelFactory, ModelFacts>('model')
  registry.register('ResNet18', ResNet18, {
    inputSize: 224,
    family: 'ResNet',
    paper: 'arXiv 1512.03385',
    top1: 0.7098,
    top5: 0.8992,
  })
  registry.register('ResNet18_vd', ResNet18_vd, {
    inputSize: 224,
    family: 'ResNet_vd',
    paper: 'arXiv 1812.01187',
    top1: 0.7226,
    top5: 0.908,
  })
  registry.register('ResNet34', ResNet34, {
    inputSize: 224,
    family: 'ResNet',
    paper: 'arXiv 1512.03385',
    top1: 0.7457,
    top5: 0.9214,
  })
  registry.register('ResNet34_vd', ResNet34_vd, {
    inputSize: 224,
    family: 'ResNet_vd',
    paper: 'arXiv 1812.01187',
    top1: 0.7598,
    top5: 0.9298,
  })
  registry.register('ResNet50', ResNet50, {
    inputSize: 224,
    family: 'ResNet',
    paper: 'arXiv 1512.03385',
    top1: 0.765,
    top5: 0.93,
  })
  registry.register('ResNet50_vd', ResNet50_vd, {
    inputSize: 224,
    family: 'ResNet_vd',
    paper: 'arXiv 1812.01187',
    top1: 0.7912,
    top5: 0.9444,
  })
  registry.register('ResNet101', ResNet101, {
    inputSize: 224,
    family: 'ResNet',
    paper: 'arXiv 1512.03385',
    top1: 0.7756,
    top5: 0.9364,
  })
  registry.register('ResNet101_vd', ResNet101_vd, {
    inputSize: 224,
    family: 'ResNet_vd',
    paper: 'arXiv 1812.01187',
    top1: 0.8017,
    top5: 0.9497,
  })
  registry.register('ResNet152', ResNet152, {
    inputSize: 224,
    family: 'ResNet',
    paper: 'arXiv 1512.03385',
    top1: 0.7826,
    top5: 0.9396,
  })
  registry.register('ResNet152_vd', ResNet152_vd, {
    inputSize: 224,
    family: 'ResNet_vd',
    paper: 'arXiv 1812.01187',
    top1: 0.8059,
    top5: 0.953,
  })
  registry.register('ResNet200_vd', ResNet200_vd, {
    inputSize: 224,
    family: 'ResNet_vd',
    paper: 'arXiv 1812.01187',
    top1: 0.8093,
    top5: 0.9533,
  })
  registry.register('ResNet50_vc', ResNet50_vc, {
    inputSize: 224,
    family: 'ResNet_vc',
    paper: 'arXiv 1812.01187',
    top1: 0.7835,
    top5: 0.9403,
  })
  registry.register('MobileNetV3_small_x0_35', MobileNetV3_small_x0_35, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.5303,
    top5: 0.7637,
  })
  registry.register('MobileNetV3_small_x0_5', MobileNetV3_small_x0_5, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.5921,
    top5: 0.8152,
  })
  registry.register('MobileNetV3_small_x0_75', MobileNetV3_small_x0_75, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.6602,
    top5: 0.8633,
  })
  registry.register('MobileNetV3_small_x1_0', MobileNetV3_small_x1_0, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.6824,
    top5: 0.8806,
  })
  registry.register('MobileNetV3_small_x1_25', MobileNetV3_small_x1_25, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.7067,
    top5: 0.8951,
  })
  registry.register('MobileNetV3_large_x0_35', MobileNetV3_large_x0_35, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.6432,
    top5: 0.8546,
  })
  registry.register('MobileNetV3_large_x0_5', MobileNetV3_large_x0_5, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.6924,
    top5: 0.8852,
  })
  registry.register('MobileNetV3_large_x0_75', MobileNetV3_large_x0_75, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.7314,
    top5: 0.9108,
  })
  registry.register('MobileNetV3_large_x1_0', MobileNetV3_large_x1_0, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.7532,
    top5: 0.9231,
  })
  registry.register('MobileNetV3_large_x1_25', MobileNetV3_large_x1_25, {
    inputSize: 224,
    family: 'MobileNetV3',
    paper: 'arXiv 1905.02244',
    top1: 0.7641,
    top5: 0.9295,
  })
  registry.register('PPLCNet_x0_25', PPLCNet_x0_25, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.5186,
    top5: 0.7565,
  })
  registry.register('PPLCNet_x0_35', PPLCNet_x0_35, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.5809,
    top5: 0.8083,
  })
  registry.register('PPLCNet_x0_5', PPLCNet_x0_5, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.6314,
    top5: 0.8466,
  })
  registry.register('PPLCNet_x0_75', PPLCNet_x0_75, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.6818,
    top5: 0.883,
  })
  registry.register('PPLCNet_x1_0', PPLCNet_x1_0, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.7132,
    top5: 0.9003,
  })
  registry.register('PPLCNet_x1_5', PPLCNet_x1_5, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.7371,
    top5: 0.9153,
  })
  registry.register('PPLCNet_x2_0', PPLCNet_x2_0, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.7518,
    top5: 0.9227,
  })
  registry.register('PPLCNet_x2_5', PPLCNet_x2_5, {
    inputSize: 224,
    family: 'PPLCNet',
    paper: 'arXiv 2109.15099',
    top1: 0.766,
    top5: 0.93,
  })
  registry.register('ViT_small_patch16_224', ViT_small_patch16_224, {
    inputSize: 224,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.7769,
    top5: 0.9342,
  })
  registry.register('ViT_base_patch16_224', ViT_base_patch16_224, {
    inputSize: 224,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.8195,
    top5: 0.9617,
  })
  registry.register('ViT_base_patch16_384', ViT_base_patch16_384, {
    inputSize: 384,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.8414,
    top5: 0.9717,
  })
  registry.register('ViT_base_patch32_384', ViT_base_patch32_384, {
    inputSize: 384,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.8176,
    top5: 0.9613,
  })
  registry.register('ViT_large_patch16_224', ViT_large_patch16_224, {
    inputSize: 224,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.8323,
    top5: 0.965,
  })
  registry.register('ViT_large_patch16_384', ViT_large_patch16_384, {
    inputSize: 384,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.8513,
    top5: 0.9736,
  })
  registry.register('ViT_large_patch32_384', ViT_large_patch32_384, {
    inputSize: 384,
    family: 'ViT',
    paper: 'arXiv 2010.11929',
    top1: 0.8153,
    top5: 0.9608,
  })
  registry.register('DeiT_tiny_patch16_224', DeiT_tiny_patch16_224, {
    inputSize: 224,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.718,
    top5: 0.91,
  })
  registry.register('DeiT_small_patch16_224', DeiT_small_patch16_224, {
    inputSize: 224,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.796,
    top5: 0.949,
  })
  registry.register('DeiT_base_patch16_224', DeiT_base_patch16_224, {
    inputSize: 224,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.817,
    top5: 0.957,
  })
  registry.register('DeiT_base_patch16_384', DeiT_base_patch16_384, {
    inputSize: 384,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.83,
    top5: 0.962,
  })
  registry.register('DeiT_tiny_distilled_patch16_224', DeiT_tiny_distilled_patch16_224, {
    inputSize: 224,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.741,
    top5: 0.918,
  })
  registry.register('DeiT_small_distilled_patch16_224', DeiT_small_distilled_patch16_224, {
    inputSize: 224,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.809,
    top5: 0.953,
  })
  registry.register('DeiT_base_distilled_patch16_224', DeiT_base_distilled_patch16_224, {
    inputSize: 224,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.831,
    top5: 0.964,
  })
  registry.register('DeiT_base_distilled_patch16_384', DeiT_base_distilled_patch16_384, {
    inputSize: 384,
    family: 'DeiT',
    paper: 'arXiv 2012.12877',
    top1: 0.851,
    top5: 0.973,
  })
  return registry
}
