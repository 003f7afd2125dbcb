import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** To the first largest cell of each window. */
export const maxPoolGradient: ClasGradient = {
  kernelName: 'ClasMaxPool',
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, y] = saved as [Tensor, Tensor]
    return { x: () => runOne('ClasMaxPoolGradient', { dy: first(dy), x, y }, attributes) }
  },
}

/** To all cells of each window alike. Saves x for its shape. */
export const averagePoolGradient: ClasGradient = {
  kernelName: 'ClasAveragePool',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const inputShape = (saved[0] as Tensor).shape
    return { x: () => runOne('ClasAveragePoolGradient', { dy: first(dy) }, { ...attributes, inputShape }) }
  },
}
