export { type BatchInfo, type BatchTransform, batchInfo, type ImageBatch } from './batch-transform.ts'
export {
  type BatchTransforms,
  batchTransforms,
  createBatchTransform,
} from './batch-transforms.ts'
export { compose, isPipeline, type Pipeline, type StepParameters, serialize } from './compose.ts'
export { type CropImageOptions, cropImage } from './crop-image.ts'
export type { Image, ImageInfo, Rectangle } from './image.ts'
export { type MixupOptions, type MixupParameters, mixup } from './mixup.ts'
export { IMAGENET_MEAN, IMAGENET_STD, type NormalizeImageOptions, normalizeImage } from './normalize-image.ts'
export type { Range, Size } from './options.ts'
export { type PadCropOptions, type PadCropParameters, padCrop } from './pad-crop.ts'
export { type RandAffineOptions, type RandAffineParameters, randAffine } from './rand-affine.ts'
export { type RandCropImageOptions, randCropImage } from './rand-crop-image.ts'
export { type RandFlipImageOptions, type RandFlipImageParameters, randFlipImage } from './rand-flip-image.ts'
export { resize } from './resample.ts'
export type { Interpolation } from './resample-table.ts'
export { type ResizeImageOptions, resizeImage } from './resize-image.ts'
export { defineTransform, type Transform, type TransformDefinition, type TransformSpec } from './transform.ts'
export { createTransform, deserialize, type TransformFacts, type Transforms, transforms } from './transforms.ts'
