export { decodeImage } from './decode/decode-image.ts'
export type { DecodeOptions } from './decode/decode-options.ts'
export { type DecoderReport, decoders } from './decode/decoders.ts'
export { encodePng, type PngImage } from './files/encode-png.ts'
export { type CifarFolderOptions, cifarFolder } from './sources/cifar-folder.ts'
export { readClassNames } from './sources/class-names.ts'
export { cachedOnDisk, type DiskCacheOptions } from './sources/disk-cache.ts'
export { type IdxFilesOptions, idxFiles } from './sources/idx-files.ts'
export { type ImageCsvOptions, imageCsv } from './sources/image-csv.ts'
export { type ImageFolderOptions, imageFolder } from './sources/image-folder.ts'
export { type ImageListOptions, imageList } from './sources/image-list.ts'
export { type ImageParquetOptions, imageParquet } from './sources/image-parquet.ts'
export { type TarShardsOptions, tarShards } from './sources/tar-shards.ts'
export { createWorkerPool, type WorkerPoolOptions } from './threads/worker-pool.ts'
export { type BalanceClassesOptions, balanceClasses } from './tools/balance-classes.ts'
export {
  type CheckDatasetOptions,
  checkDataset,
  type DatasetReport,
  type DuplicateGroup,
  type Imbalance,
  type PicturePlace,
} from './tools/check-dataset.ts'
export { type CheckListOptions, checkList, type ListReport, type RepeatedPicture } from './tools/check-list.ts'
export {
  type BackgroundChoice,
  type BackgroundRefusal,
  type ChooseBackgroundOptions,
  chooseBackground,
} from './tools/choose-background.ts'
export { copyPictures } from './tools/copy-pictures.ts'
export { countClasses, type DatasetStatistics, datasetStatistics, type Spread } from './tools/dataset-statistics.ts'
export type { DuplicateOptions } from './tools/duplicates.ts'
export { groupDuplicates } from './tools/group-duplicates.ts'
export { type PackedShards, type PackShardsOptions, packShards } from './tools/pack-shards.ts'
export type { WorkOptions } from './tools/survey.ts'
export { type WriteListsOptions, writeLists } from './tools/write-lists.ts'
