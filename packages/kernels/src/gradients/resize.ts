import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** To the cells that each output is a mean of. Saves x for its shape. */
export const resizeBilinearGradient: ClasGradient = {
  kernelName: 'ClasResizeBilinear',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const inputShape = (saved[0] as Tensor).shape
    return { x: () => runOne('ClasResizeBilinearGradient', { dy: first(dy) }, { ...attributes, inputShape }) }
  },
}
