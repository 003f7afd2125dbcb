import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** dx = y * (dy - sum(dy * y)). */
export const softmaxGradient: ClasGradient = {
  kernelName: 'ClasSoftmax',
  outputsToSave: [true],
  gradFunc: (dy, saved) => ({
    x: () => runOne('ClasSoftmaxGradient', { dy: first(dy), y: saved[0] as Tensor }),
  }),
}
