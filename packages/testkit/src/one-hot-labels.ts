import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core'

/** Labels [batch, classes], one-hot: picture i is of the class `label(i)` mod classes. */
export function oneHotLabels(batch: number, classes: number, label: (i: number) => number): Tensor2D {
  const values = new Float32Array(batch * classes)
  for (let i = 0; i < batch; i++) values[i * classes + (label(i) % classes)] = 1
  return tensor2d(values, [batch, classes])
}
