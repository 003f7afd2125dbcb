export { type BatchInfo, type BatchTransform, batchInfo, type ImageBatch } from './batch/batch-transform.ts'
export {
  type BatchTransforms,
  batchTransforms,
  createBatchTransform,
} from './batch/batch-transforms.ts'
export { type MixupOptions, type MixupParameters, mixup } from './batch/mixup.ts'
export { IMAGENET_MEAN, IMAGENET_STD, type NormalizeImageOptions, normalizeImage } from './color/normalize-image.ts'
export { compose, isPipeline, type Pipeline, type StepParameters, serialize } from './compose/compose.ts'
export { type CropImageOptions, cropImage } from './geometry/crop-image.ts'
export { type PadCropOptions, type PadCropParameters, padCrop } from './geometry/pad-crop.ts'
export { type RandAffineOptions, type RandAffineParameters, randAffine } from './geometry/rand-affine.ts'
export { type RandCropImageOptions, randCropImage } from './geometry/rand-crop-image.ts'
export { type RandFlipImageOptions, type RandFlipImageParameters, randFlipImage } from './geometry/rand-flip-image.ts'
export { resize } from './geometry/resample.ts'
export type { Interpolation } from './geometry/resample-table.ts'
export { type ResizeImageOptions, resizeImage } from './geometry/resize-image.ts'
export type { Image, ImageInfo, Rectangle } from './image.ts'
export type { Range, Size } from './options.ts'
export {
  defineTransform,
  type SampleInfo,
  type Transform,
  type TransformDefinition,
  type TransformSpec,
} from './transform.ts'
export { createTransform, deserialize, type TransformFacts, type Transforms, transforms } from './transforms.ts'
