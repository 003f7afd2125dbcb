import { memory } from '@tensorflow/tfjs-core'

/**
 * Throws when a function leaves more or fewer tensors, or bytes, than it found. It must dispose of what it makes.
 *
 * @param f - runs once; may be asynchronous
 */
export async function expectNoLeaks(f: () => unknown): Promise<void> {
  const before = memory()
  await f()
  const after = memory()
  if (after.numTensors !== before.numTensors || after.numBytes !== before.numBytes) {
    throw new Error(
      `${before.numTensors} tensors of ${before.numBytes} bytes before, ${after.numTensors} of ${after.numBytes} after`,
    )
  }
}
