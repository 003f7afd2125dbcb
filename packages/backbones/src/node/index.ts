export { cacheFolder } from './cache-folder.ts'
export { type DownloadOptions, download } from './download.ts'
export { type LoadPretrainedOptions, type LoadReport, loadPretrained, type Pretrained } from './load-pretrained.ts'
export type { DownloadProgress } from './transfer.ts'
