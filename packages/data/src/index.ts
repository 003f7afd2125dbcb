export { addImageDecoder } from './decode/added-decoders.ts'
export { type DecodeBlobOptions, decodeBlob } from './decode/decode-blob.ts'
export type { DecodeOptions } from './decode/decode-options.ts'
export type { DecodedPixels, DecodeRequest, ImageDecoder } from './decode/image-decoder.ts'
export type { EmbeddedProfile, ImageFileInfo } from './decode/image-file-info.ts'
export { readImageInfo } from './decode/read-image-info.ts'
export { createLoader } from './loader/loader.ts'
export type {
  BatchesOptions,
  EvenBatches,
  LoadedBatch,
  Loader,
  LoaderOptions,
  LoaderSettings,
  LoaderState,
  LoaderStats,
  SampledBatches,
  TransformFor,
} from './loader/loader-types.ts'
export type { BatchSampler, SampledBatch } from './samplers/batch-sampler.ts'
export { type ClassBalancedOptions, classBalanced } from './samplers/class-balanced.ts'
export { type MultiScaleOptions, multiScale } from './samplers/multi-scale.ts'
export { type PKSamplerOptions, pkSampler } from './samplers/pk-sampler.ts'
export { type ProgressiveSizeOptions, progressiveSize, stageOf } from './samplers/progressive-size.ts'
export { type RepeatedAugmentationOptions, repeatedAugmentation } from './samplers/repeated-augmentation.ts'
export { type Sampler, sequential, shuffled } from './samplers/sampler.ts'
export { type Shard, type ShardOptions, shard } from './samplers/shard.ts'
export { type WeightedOptions, weighted } from './samplers/weighted.ts'
export { type ArraySourceOptions, arraySource, type PackedImages } from './sources/array-source.ts'
export { type CachedOptions, cached } from './sources/cached.ts'
export { CIFAR10_CLASSES, type CifarOptions, cifar } from './sources/cifar.ts'
export { concat } from './sources/concat.ts'
export { type IdxOptions, idx } from './sources/idx.ts'
export { type ImageFilesOptions, imageFiles } from './sources/image-files.ts'
export { type RelabelOptions, relabel } from './sources/relabel.ts'
export type { FileItem, ParquetItem, PixelsItem, Source, SourceItem, UrlItem } from './sources/source.ts'
export { kFold, type SplitOptions, split } from './sources/split.ts'
export { subset } from './sources/subset.ts'
export type { BatchJob, BatchResult, BatchTarget, PictureJob, PictureTimes, SamplePool } from './threads/pool.ts'
export { hammingDistance, type PerceptualHash, perceptualHash } from './tools/perceptual-hash.ts'
