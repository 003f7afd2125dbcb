export {
  AdaFace_IR_18,
  AdaFace_IR_34,
  AdaFace_IR_50,
  AdaFace_IR_101,
  AdaFace_IR_152,
  AdaFace_IR_SE_50,
  AdaFace_IR_SE_101,
  AdaFace_IR_SE_152,
  AdaFace_IR_SE_200,
  type AdaFaceOptions,
} from './adaface.ts'
export { AlexNet, type AlexNetOptions } from './alexnet.ts'
export { type CAEOptions, cae_base_patch16_224, cae_large_patch16_224 } from './cae.ts'
export { CLIP_large_patch14_224_aesthetic, type CLIPAestheticOptions } from './clip-aesthetic.ts'
export {
  ConvNeXt_base_224,
  ConvNeXt_base_384,
  ConvNeXt_large_224,
  ConvNeXt_large_384,
  ConvNeXt_small,
  ConvNeXt_tiny,
  type ConvNeXtOptions,
} from './convnext.ts'
export { CSPDarkNet53, type CSPNetOptions } from './cspnet.ts'
export {
  CSWinTransformer_base_224,
  CSWinTransformer_base_384,
  CSWinTransformer_large_224,
  CSWinTransformer_large_384,
  CSWinTransformer_small_224,
  CSWinTransformer_tiny_224,
  type CSWinTransformerOptions,
} from './cswin-transformer.ts'
export { CvT_13_224, CvT_13_384, CvT_21_224, CvT_21_384, CvT_W24_384, type CvTOptions } from './cvt.ts'
export { DarkNet53, type DarkNetOptions } from './darknet.ts'
export { DenseNet121, DenseNet161, DenseNet169, DenseNet201, DenseNet264, type DenseNetOptions } from './densenet.ts'
export {
  DLA34,
  DLA46_c,
  DLA46x_c,
  DLA60,
  DLA60x,
  DLA60x_c,
  DLA102,
  DLA102x,
  DLA102x2,
  DLA169,
  type DLAOptions,
} from './dla.ts'
export { DPN68, DPN92, DPN98, DPN107, DPN131, type DPNOptions } from './dpn.ts'
export { DSNet_base, DSNet_small, DSNet_tiny, type DSNetOptions } from './dsnet.ts'
export {
  EfficientNetB0,
  EfficientNetB0_small,
  EfficientNetB1,
  EfficientNetB2,
  EfficientNetB3,
  EfficientNetB3_watermark,
  EfficientNetB4,
  EfficientNetB5,
  EfficientNetB6,
  EfficientNetB7,
  type EfficientNetOptions,
} from './efficientnet.ts'
export {
  EfficientNetLite0,
  EfficientNetLite1,
  EfficientNetLite2,
  type EfficientNetLiteOptions,
} from './efficientnet-lite.ts'
export { EfficientNetV2_S, type EfficientNetV2Options } from './efficientnet-v2.ts'
export { ESNet_x0_5, ESNet_x0_25, ESNet_x0_75, ESNet_x1_0, type ESNetOptions } from './esnet.ts'
export {
  FasterNet_L,
  FasterNet_M,
  FasterNet_S,
  FasterNet_T0,
  FasterNet_T1,
  FasterNet_T2,
  type FasterNetOptions,
} from './fasternet.ts'
export {
  BEiTv2_vit_base_patch16_224,
  BEiTv2_vit_large_patch16_224,
  CAE_vit_base_patch16_224,
  CLIP_vit_base_patch16_224,
  CLIP_vit_base_patch32_224,
  CLIP_vit_large_patch14_224,
  CLIP_vit_large_patch14_336,
  EVA_vit_giant_patch14,
  type FoundationViTOptions,
  MAE_vit_base_patch16,
  MAE_vit_huge_patch14,
  MAE_vit_large_patch16,
  MOCOV3_vit_base,
  MOCOV3_vit_small,
} from './foundation-vit.ts'
export { GhostNet_x0_5, GhostNet_x1_0, GhostNet_x1_3, type GhostNetOptions } from './ghostnet.ts'
export { GoogLeNet, type GoogLeNetOptions } from './googlenet.ts'
export { HarDNet39_ds, HarDNet68, HarDNet68_ds, HarDNet85, type HarDNetOptions } from './hardnet.ts'
export {
  HRNet_W18_C,
  HRNet_W30_C,
  HRNet_W32_C,
  HRNet_W40_C,
  HRNet_W44_C,
  HRNet_W48_C,
  HRNet_W60_C,
  HRNet_W64_C,
  type HRNetOptions,
  SE_HRNet_W64_C,
} from './hrnet.ts'
export { InceptionV3, type InceptionV3Options } from './inception-v3.ts'
export { InceptionV4, type InceptionV4Options } from './inception-v4.ts'
export { LeViT_128, LeViT_128S, LeViT_192, LeViT_256, LeViT_384, type LeViTOptions } from './levit.ts'
export { MicroNet_M0, MicroNet_M1, MicroNet_M2, MicroNet_M3, type MicroNetOptions } from './micronet.ts'
export { MixNet_L, MixNet_M, MixNet_S, type MixNetOptions } from './mixnet.ts'
export {
  MobileNetV1,
  MobileNetV1_x0_5,
  MobileNetV1_x0_25,
  MobileNetV1_x0_75,
  type MobileNetV1Options,
} from './mobilenet-v1.ts'
export {
  MobileNetV2,
  MobileNetV2_x0_5,
  MobileNetV2_x0_25,
  MobileNetV2_x0_75,
  MobileNetV2_x1_5,
  MobileNetV2_x2_0,
  type MobileNetV2Options,
} from './mobilenet-v2.ts'
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
} from './mobilenet-v3.ts'
export {
  MobileNetV4_conv_large,
  MobileNetV4_conv_medium,
  MobileNetV4_conv_small,
  MobileNetV4_hybrid_large,
  MobileNetV4_hybrid_medium,
  type MobileNetV4Options,
} from './mobilenet-v4.ts'
export {
  MobileNeXt_x0_5,
  MobileNeXt_x0_35,
  MobileNeXt_x0_75,
  MobileNeXt_x1_0,
  MobileNeXt_x1_4,
  type MobileNeXtOptions,
} from './mobilenext.ts'
export { MobileViT_S, MobileViT_XS, MobileViT_XXS, type MobileViTOptions } from './mobilevit.ts'
export {
  MobileViTV2_x0_5,
  MobileViTV2_x0_75,
  MobileViTV2_x1_0,
  MobileViTV2_x1_5,
  MobileViTV2_x1_25,
  MobileViTV2_x1_75,
  MobileViTV2_x2_0,
  type MobileViTV2Options,
} from './mobilevit-v2.ts'
export {
  MobileViTV3_S,
  MobileViTV3_S_L2,
  MobileViTV3_XS,
  MobileViTV3_XS_L2,
  MobileViTV3_XXS,
  MobileViTV3_XXS_L2,
  MobileViTV3_x0_5,
  MobileViTV3_x0_75,
  MobileViTV3_x1_0,
  type MobileViTV3Options,
} from './mobilevit-v3.ts'
export {
  NextViT_base_224,
  NextViT_base_384,
  NextViT_large_224,
  NextViT_large_384,
  NextViT_small_224,
  NextViT_small_384,
  type NextViTOptions,
} from './nextvit.ts'
export { PeleeNet, type PeleeNetOptions } from './peleenet.ts'
export { PPHGNet_base, PPHGNet_small, PPHGNet_tiny, type PPHGNetOptions } from './pp-hgnet.ts'
export {
  PPHGNetV2_B0,
  PPHGNetV2_B1,
  PPHGNetV2_B2,
  PPHGNetV2_B3,
  PPHGNetV2_B4,
  PPHGNetV2_B5,
  PPHGNetV2_B6,
  type PPHGNetV2Options,
} from './pp-hgnet-v2.ts'
export {
  PPLCNet_x0_5,
  PPLCNet_x0_25,
  PPLCNet_x0_35,
  PPLCNet_x0_75,
  PPLCNet_x1_0,
  PPLCNet_x1_5,
  PPLCNet_x2_0,
  PPLCNet_x2_5,
  PPLCNet_x2_5_Tanh,
  PPLCNetBaseNet,
  type PPLCNetBaseNetOptions,
  type PPLCNetOptions,
} from './pp-lcnet.ts'
export {
  PPLCNetV2_base,
  PPLCNetV2_base_ShiTu,
  PPLCNetV2_large,
  PPLCNetV2_small,
  type PPLCNetV2Options,
} from './pp-lcnet-v2.ts'
export {
  PVT_V2_B0,
  PVT_V2_B1,
  PVT_V2_B2,
  PVT_V2_B2_Linear,
  PVT_V2_B3,
  PVT_V2_B4,
  PVT_V2_B5,
  type PVTV2Options,
} from './pvt-v2.ts'
export { RedNet26, RedNet38, RedNet50, RedNet101, RedNet152, type RedNetOptions } from './rednet.ts'
export {
  type RegNetOptions,
  RegNetX_4GF,
  RegNetX_8GF,
  RegNetX_12GF,
  RegNetX_16GF,
  RegNetX_32GF,
  RegNetX_200MF,
  RegNetX_400MF,
  RegNetX_600MF,
  RegNetX_800MF,
  RegNetX_1600MF,
  RegNetX_3200MF,
  RegNetX_6400MF,
} from './regnet.ts'
export {
  RepVGG_A0,
  RepVGG_A1,
  RepVGG_A2,
  RepVGG_B0,
  RepVGG_B1,
  RepVGG_B1g2,
  RepVGG_B1g4,
  RepVGG_B2,
  RepVGG_B2g4,
  RepVGG_B3,
  RepVGG_B3g4,
  RepVGG_D2se,
  type RepVGGOptions,
} from './repvgg.ts'
export {
  Res2Net50_14w_8s,
  Res2Net50_26w_4s,
  Res2Net50_vd_26w_4s,
  Res2Net101_vd_26w_4s,
  Res2Net200_vd_26w_4s,
  type Res2NetOptions,
} from './res2net.ts'
export {
  ResNeSt50,
  ResNeSt50_fast_1s1x64d,
  ResNeSt101,
  ResNeSt200,
  ResNeSt269,
  type ResNeStOptions,
} from './resnest.ts'
export {
  ResNet18,
  ResNet18_vd,
  ResNet34,
  ResNet34_vd,
  ResNet50,
  ResNet50_va,
  ResNet50_vd,
  ResNet101,
  ResNet101_va,
  ResNet101_vd,
  ResNet152,
  ResNet152_va,
  ResNet152_vd,
  ResNet200_vd,
  type ResNetOptions,
} from './resnet.ts'
export { ResNet50_V2, ResNet101_V2, ResNet152_V2, type ResNetV2Options } from './resnet-v2.ts'
export {
  ResNet50_adaptive_max_pool2d,
  ResNet50_last_stage_stride1,
  ResNet50_metabin,
  type ResNetVariantOptions,
} from './resnet-variants.ts'
export { ResNet50_vc } from './resnet-vc.ts'
export {
  ResNeXt50_32x4d,
  ResNeXt50_64x4d,
  ResNeXt50_vd_32x4d,
  ResNeXt50_vd_64x4d,
  ResNeXt101_32x4d,
  ResNeXt101_64x4d,
  ResNeXt101_vd_32x4d,
  ResNeXt101_vd_64x4d,
  ResNeXt152_32x4d,
  ResNeXt152_64x4d,
  ResNeXt152_vd_32x4d,
  ResNeXt152_vd_64x4d,
  type ResNeXtOptions,
} from './resnext.ts'
export {
  ResNeXt101_32x8d_wsl,
  ResNeXt101_32x16d_wsl,
  ResNeXt101_32x32d_wsl,
  ResNeXt101_32x48d_wsl,
  type ResNeXt101WSLOptions,
} from './resnext101-wsl.ts'
export { ReXNet_1_0, ReXNet_1_3, ReXNet_1_5, ReXNet_2_0, ReXNet_3_0, type ReXNetOptions } from './rexnet.ts'
export { SE_ResNet18_vd, SE_ResNet34_vd, SE_ResNet50_vd, type SEResNetOptions } from './se-resnet.ts'
export {
  SE_ResNeXt50_32x4d,
  SE_ResNeXt50_vd_32x4d,
  SE_ResNeXt101_32x4d,
  SE_ResNeXt152_64x4d,
  SENet154_vd,
  type SEResNeXtOptions,
} from './se-resnext.ts'
export {
  ShuffleNetV2_swish,
  ShuffleNetV2_x0_5,
  ShuffleNetV2_x0_25,
  ShuffleNetV2_x0_33,
  ShuffleNetV2_x1_0,
  ShuffleNetV2_x1_5,
  ShuffleNetV2_x2_0,
  type ShuffleNetV2Options,
} from './shufflenet-v2.ts'
export { SqueezeNet1_0, SqueezeNet1_1, type SqueezeNetOptions } from './squeezenet.ts'
export { StarNet_S1, StarNet_S2, StarNet_S3, StarNet_S4, type StarNetOptions } from './starnet.ts'
export { SVTR_base, SVTR_large, SVTR_tiny, type SVTROptions } from './svtr.ts'
export {
  SwinTransformer_base_patch4_window7_224,
  SwinTransformer_base_patch4_window12_384,
  SwinTransformer_large_patch4_window7_224,
  SwinTransformer_large_patch4_window12_384,
  SwinTransformer_small_patch4_window7_224,
  SwinTransformer_tiny_patch4_window7_224,
  type SwinTransformerOptions,
} from './swin-transformer.ts'
export {
  SwinTransformer_base_patch4_window7_224_SOLIDER,
  SwinTransformer_small_patch4_window7_224_SOLIDER,
  SwinTransformer_tiny_patch4_window7_224_SOLIDER,
  type SwinTransformerSoliderOptions,
} from './swin-transformer-solider.ts'
export {
  SwinTransformerV2_base_patch4_window8_256,
  SwinTransformerV2_base_patch4_window16_256,
  SwinTransformerV2_base_patch4_window24_384,
  SwinTransformerV2_large_patch4_window16_256,
  SwinTransformerV2_large_patch4_window24_384,
  SwinTransformerV2_small_patch4_window8_256,
  SwinTransformerV2_small_patch4_window16_256,
  SwinTransformerV2_tiny_patch4_window8_256,
  SwinTransformerV2_tiny_patch4_window16_256,
  type SwinTransformerV2Options,
} from './swin-transformer-v2.ts'
export { TinyNet_A, TinyNet_B, TinyNet_C, TinyNet_D, TinyNet_E, type TinyNetOptions } from './tinynet.ts'
export { TNT_base, TNT_small, type TNTOptions } from './tnt.ts'
export {
  alt_gvt_base,
  alt_gvt_large,
  alt_gvt_small,
  pcpvt_base,
  pcpvt_large,
  pcpvt_small,
  type TwinsOptions,
} from './twins.ts'
export {
  UniFormer_base,
  UniFormer_base_ls,
  UniFormer_small,
  UniFormer_small_plus,
  UniFormer_small_plus_dim64,
  type UniFormerOptions,
} from './uniformer.ts'
export { VAN_B0, VAN_B1, VAN_B2, VAN_B3, type VANOptions } from './van.ts'
export { VGG11, VGG13, VGG16, VGG19, VGG19Sigmoid, type VGGOptions } from './vgg.ts'
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
} from './vision-transformer.ts'
export { WideResNet, type WideResNetOptions } from './wideresnet.ts'
export { Xception41, Xception65, Xception71, type XceptionOptions } from './xception.ts'
export { Xception41_deeplab, Xception65_deeplab, type XceptionDeeplabOptions } from './xception-deeplab.ts'
