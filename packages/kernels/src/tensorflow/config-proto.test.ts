import { expect, it } from 'vitest'
import { configProto } from './config-proto.ts'

// As Python's `tf.compat.v1.ConfigProto(intra_op_parallelism_threads=300, inter_op_parallelism_threads=1,
// gpu_options=GPUOptions(allow_growth=True), allow_soft_placement=True).SerializeToString()` writes it.
it('is the message of protocol buffers', () => {
  const bytes = configProto({ threads: 300, parallelOperations: 1 })
  expect(Buffer.from(bytes).toString('hex')).toBe('10ac022801320220013801')
})
