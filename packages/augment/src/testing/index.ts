export { type CheckBatchTransformOptions, checkBatchTransform } from './check-batch-transform.ts'
export { type CheckTransformOptions, checkTransform } from './check-transform.ts'
