export { type DecodedWeights, type DecodeWeightsOptions, decodeWeights, type WeightFormat } from './decode-weights.ts'
export { encodePdparams } from './encode-pdparams.ts'
export type { Shards } from './shard-reader.ts'
