/** What TensorFlow is told when it starts. */
export interface SessionConfig {
  /** Threads that share the work of one operation. */
  readonly threads: number
  /** Operations that may run side by side in a graph function. */
  readonly parallelOperations: number
}

/**
 * `tensorflow.ConfigProto` in protocol buffers' wire format: threads, an operation that a GPU lacks runs on the CPU, and
 * memory of a GPU is taken as it is needed, not all at once.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.9.1/tensorflow/core/protobuf/config.proto
 */
export function configProto({ threads, parallelOperations }: SessionConfig): Uint8Array {
  const gpuOptions = varint(ALLOW_GROWTH, 1)
  return Uint8Array.from([
    ...varint(INTRA_OP_THREADS, threads),
    ...varint(INTER_OP_THREADS, parallelOperations),
    ...[(GPU_OPTIONS << 3) | LENGTH_DELIMITED, gpuOptions.length, ...gpuOptions],
    ...varint(ALLOW_SOFT_PLACEMENT, 1),
  ])
}

const INTRA_OP_THREADS = 2
const INTER_OP_THREADS = 5
const GPU_OPTIONS = 6
const ALLOW_SOFT_PLACEMENT = 7
/** Of GPUOptions. */
const ALLOW_GROWTH = 4

const LENGTH_DELIMITED = 2

function varint(field: number, value: number): number[] {
  const bytes = [field << 3]
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
