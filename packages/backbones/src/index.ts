export { loadStateDict } from '@clas/nn'
export { imagenetPreprocessing, type Model, type ModelOptions, type Preprocessing } from './model.ts'
export {
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
  type MobileNetV3Options,
} from './models/mobilenet-v3.ts'
export {
  PPLCNet_x0_5,
  PPLCNet_x0_25,
  PPLCNet_x0_35,
  PPLCNet_x0_75,
  PPLCNet_x1_0,
  PPLCNet_x1_5,
  PPLCNet_x2_0,
  PPLCNet_x2_5,
  type PPLCNetOptions,
} from './models/pp-lcnet.ts'
export {
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
  type ResNetOptions,
} from './models/resnet.ts'
export { ResNet50_vc } from './models/resnet-vc.ts'
export {
  DeiT_base_distilled_patch16_224,
  DeiT_base_distilled_patch16_384,
  DeiT_base_patch16_224,
  DeiT_base_patch16_384,
  DeiT_small_distilled_patch16_224,
  DeiT_small_patch16_224,
  DeiT_tiny_distilled_patch16_224,
  DeiT_tiny_patch16_224,
  type VisionTransformerOptions,
  ViT_base_patch16_224,
  ViT_base_patch16_384,
  ViT_base_patch32_384,
  ViT_large_patch16_224,
  ViT_large_patch16_384,
  ViT_large_patch32_384,
  ViT_small_patch16_224,
} from './models/vision-transformer.ts'
export { type Backbones, backbones, createModel, type ModelFactory, type ModelFacts } from './registry.ts'
