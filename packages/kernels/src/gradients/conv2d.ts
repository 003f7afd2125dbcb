import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** The gradients of a convolution; that of the bias is the sum over batch, height and width. */
export const conv2dGradient: ClasGradient = {
  kernelName: 'ClasConv2D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (dys, saved, attributes) => {
    const dy = first(dys)
    const [x, filter] = saved as [Tensor, Tensor]
    return {
      x: () => runOne('ClasConv2DInputGradient', { dy, filter }, { ...attributes, inputShape: x.shape }),
      filter: () => runOne('ClasConv2DFilterGradient', { x, dy }, { ...attributes, filterShape: filter.shape }),
      bias: () => runOne('ClasChannelSum', { dy }),
    }
  },
}
