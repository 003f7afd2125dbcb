import type { ImageBatch } from '@clas/augment'
import {
  engine,
  type KernelBackend,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor2d,
  tensor4d,
} from '@tensorflow/tfjs-core'

const copying = new WeakMap<KernelBackend, boolean>()

/**
 * The tensors of a batch.
 *
 * @param reused - whether the arrays are written again after this: the tensors have copies then
 */
export function batchTensors(
  { images, labels, shape }: ImageBatch,
  reused: boolean,
): { readonly images: Tensor4D; readonly labels: Tensor2D } {
  const copy = reused && !backendCopies()
  return {
    images: tensor4d(copy ? images.slice() : images, [...shape], 'float32'),
    labels: tensor2d(copy ? labels.slice() : labels, [shape[0], labels.length / shape[0]], 'float32'),
  }
}

/** Whether the backend copies the values that a tensor is made of. Some keep the array and copy it later, or never. */
function backendCopies(): boolean {
  const { backend } = engine()
  const known = copying.get(backend)
  if (known !== undefined) return known
  const values = Float32Array.of(0)
  const tensor = tensor1d(values)
  values[0] = 1
  const copies = tensor.dataSync()[0] === 0
  tensor.dispose()
  copying.set(backend, copies)
  return copies
}
