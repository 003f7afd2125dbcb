import { exp, expandDims, log, max, mul, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** dlogits = dloss * (softmax * sum(targets) - targets), dtargets = -dloss * log(softmax). */
export const softmaxCrossEntropyGradient: ClasGradient = {
  kernelName: 'ClasSoftmaxCrossEntropy',
  inputsToSave: ['logits', 'targets'],
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const dloss = first(dys)
    const [logits, targets, softmax] = saved as [Tensor, Tensor, Tensor]
    return {
      logits: () => runOne('ClasSoftmaxCrossEntropyGradient', { dloss, softmax, targets }),
      targets: () => {
        const shifted = sub(logits, max(logits, 1, true))
        const minusLogSoftmax = sub(log(sum(exp(shifted), 1, true)), shifted)
        return mul(expandDims(dloss, 1), minusLogSoftmax)
      },
    }
  },
}
