export {
  type AugmentationAdvice,
  type AugmentationNeeds,
  type AugmentationReason,
  recommendAugmentation,
} from './advice/recommend-augmentation.ts'
export { type BatchInfo, type BatchTransform, batchInfo, type ImageBatch } from './batch/batch-transform.ts'
export {
  type BatchTransforms,
  batchTransforms,
  createBatchTransform,
} from './batch/batch-transforms.ts'
export { type CutmixOptions, type CutmixParameters, cutmix } from './batch/cutmix.ts'
export { type FmixOptions, type FmixParameters, fmix } from './batch/fmix.ts'
export type { MixingOptions, MixingParameters } from './batch/mixing.ts'
export { type MixupOptions, type MixupParameters, mixup } from './batch/mixup.ts'
export {
  type MixupCutmixHybridOptions,
  type MixupCutmixHybridParameters,
  mixupCutmixHybrid,
} from './batch/mixup-cutmix-hybrid.ts'
export { type MosaicOptions, type MosaicParameters, mosaic } from './batch/mosaic.ts'
export { type OpSamplerOptions, opSampler } from './batch/op-sampler.ts'
export { type ResizeMixOptions, type ResizeMixParameters, resizeMix } from './batch/resize-mix.ts'
export { type BlurImageOptions, type BlurImageParameters, blurImage } from './color/blur-image.ts'
export { type ChannelOrderOptions, channelOrder } from './color/channel-order.ts'
export {
  type ColorJitterOptions,
  type ColorJitterParameters,
  type ColorJitterStep,
  colorJitter,
} from './color/color-jitter.ts'
export { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from './color/enhance.ts'
export { adjustGamma } from './color/gamma.ts'
export { type GaussianBlurOptions, type GaussianBlurParameters, gaussianBlur } from './color/gaussian-blur.ts'
export { type GaussianNoiseOptions, type GaussianNoiseParameters, gaussianNoise } from './color/gaussian-noise.ts'
export { adjustHue } from './color/hue.ts'
export {
  type JpegCompressionOptions,
  type JpegCompressionParameters,
  jpegCompression,
} from './color/jpeg-compression.ts'
export { type LightingOptions, type LightingParameters, lighting, pcaLighting } from './color/lighting.ts'
export { type MotionBlurOptions, type MotionBlurParameters, motionBlur } from './color/motion-blur.ts'
export { IMAGENET_MEAN, IMAGENET_STD, type NormalizeImageOptions, normalizeImage } from './color/normalize-image.ts'
export {
  autocontrast,
  equalize,
  grayscale,
  invert,
  posterize,
  solarize,
  solarizeAdd,
} from './color/pixel-ops.ts'
export {
  type RandomAdjustSharpnessOptions,
  type RandomChangeOptions,
  type RandomChangeParameters,
  type RandomPosterizeOptions,
  type RandomSolarizeOptions,
  randomAdjustSharpness,
  randomAutocontrast,
  randomEqualize,
  randomGrayscale,
  randomInvert,
  randomPosterize,
  randomSolarize,
} from './color/random-changes.ts'
export { type RandomGammaOptions, type RandomGammaParameters, randomGamma } from './color/random-gamma.ts'
export { toFloat } from './color/to-float.ts'
export type { ChosenStep } from './compose/chosen-step.ts'
export { compose, isPipeline, type Pipeline, type StepParameters, serialize } from './compose/compose.ts'
export { composeBatch } from './compose/compose-batch.ts'
export { formatTransform } from './compose/format.ts'
export { oneOf } from './compose/one-of.ts'
export type { Ramp } from './compose/ramp.ts'
export { createRecipe, type Recipe, type RecipeSpec, recipe } from './compose/recipe.ts'
export { schedule } from './compose/schedule.ts'
export type { ScheduledParameters, ScheduleOptions } from './compose/scheduled.ts'
export { someOf } from './compose/some-of.ts'
export { withProbability } from './compose/with-probability.ts'
export { type CutoutOptions, type CutoutParameters, cutout } from './erase/cutout.ts'
export { type GridMaskOptions, type GridMaskParameters, gridMask } from './erase/grid-mask.ts'
export { type HideAndSeekOptions, type HideAndSeekParameters, hideAndSeek } from './erase/hide-and-seek.ts'
export { type RandomErasingOptions, type RandomErasingParameters, randomErasing } from './erase/random-erasing.ts'
export type { Fill } from './fill.ts'
export { affine } from './geometry/affine.ts'
export type { AffineMatrix } from './geometry/affine-positions.ts'
export type { BorderMode } from './geometry/border.ts'
export { type CropImageOptions, cropImage } from './geometry/crop-image.ts'
export { type CropImageAtRatioOptions, cropImageAtRatio } from './geometry/crop-image-at-ratio.ts'
export { type CropWithPaddingOptions, cropWithPadding } from './geometry/crop-with-padding.ts'
export {
  type ElasticTransformOptions,
  type ElasticTransformParameters,
  elasticTransform,
} from './geometry/elastic-transform.ts'
export type { Interpolation, InterpolationOptions, ResizeBackend } from './geometry/interpolation.ts'
export { fiveCrop, type TenCropOptions, tenCrop } from './geometry/multi-crop.ts'
export { type PadOptions, pad } from './geometry/pad.ts'
export { type PadCropOptions, type PadCropParameters, padCrop } from './geometry/pad-crop.ts'
export { type Padv2Options, padv2 } from './geometry/padv2.ts'
export { type Corners, type Point, perspective } from './geometry/perspective.ts'
export { type RandAffineOptions, type RandAffineParameters, randAffine } from './geometry/rand-affine.ts'
export { type RandCropImageOptions, randCropImage } from './geometry/rand-crop-image.ts'
export { type RandFlipImageOptions, type RandFlipImageParameters, randFlipImage } from './geometry/rand-flip-image.ts'
export {
  type RandomCropImageOptions,
  type RandomCropParameters,
  randCropImageV2,
  randomCropImage,
} from './geometry/random-crop-image.ts'
export {
  type RandomInterpolationAugmentOptions,
  type RandomInterpolationAugmentParameters,
  randomInterpolationAugment,
} from './geometry/random-interpolation-augment.ts'
export {
  type RandomPerspectiveOptions,
  type RandomPerspectiveParameters,
  randomPerspective,
} from './geometry/random-perspective.ts'
export { randomResizedCrop } from './geometry/random-resized-crop.ts'
export { type RandomRot90Parameters, randomRot90 } from './geometry/random-rot90.ts'
export {
  type RandomRotationOptions,
  type RandomRotationParameters,
  randomRotation,
} from './geometry/random-rotation.ts'
export { type ResizeOptions, resize } from './geometry/resample.ts'
export { type ResizeImageOptions, type ResizeImageParameters, resizeImage } from './geometry/resize-image.ts'
export type { CropAreaOptions, ResizedCropOptions, ResizedCropParameters } from './geometry/resized-crop.ts'
export { type RotateOptions, type Rotation, rotate } from './geometry/rotate.ts'
export type { WarpInterpolation, WarpOptions } from './geometry/warp-options.ts'
export type { Image, ImageInfo, Rectangle } from './image.ts'
export type { Range, Size } from './options.ts'
export { type CenterCropOptions, centerCrop } from './paddle/center-crop.ts'
export { type PadChannelsOptions, padChannels } from './paddle/pad-channels.ts'
export {
  type PaddleOp,
  type ReadTransformOpsOptions,
  readTransformOps,
  type TransformOps,
} from './paddle/read-transform-ops.ts'
export { type VisionResizeOptions, visionResize } from './paddle/vision-resize.ts'
export { type AugMixOptions, augMix } from './policies/aug-mix.ts'
export { type AutoAugmentOptions, autoAugment } from './policies/auto-augment.ts'
export type { Mixture } from './policies/mixture.ts'
export type { Operation, PolicyStep, StepDetail } from './policies/operations.ts'
export { type RandAugmentOptions, randAugment } from './policies/rand-augment.ts'
export { type RandAugmentV2Options, randAugmentV2 } from './policies/rand-augment-v2.ts'
export { type RandAugmentV3Options, randAugmentV3 } from './policies/rand-augment-v3.ts'
export { randAugmentV4 } from './policies/rand-augment-v4.ts'
export { threeAugment } from './policies/three-augment.ts'
export { type TimmAutoAugmentOptions, timmAutoAugment } from './policies/timm-auto-augment.ts'
export { type TrivialAugmentOptions, trivialAugment } from './policies/trivial-augment.ts'
export {
  defineTransform,
  type Focus,
  type SampleInfo,
  type Transform,
  type TransformDefinition,
  type TransformSpec,
} from './transform.ts'
export { createTransform, deserialize, type TransformFacts, type Transforms, transforms } from './transforms.ts'
