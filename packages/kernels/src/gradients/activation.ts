import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** dx = dy * f'(x). */
export const activationGradient: ClasGradient = {
  kernelName: 'ClasActivation',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => ({
    x: () => runOne('ClasActivationGradient', { dy: first(dy), x: saved[0] as Tensor }, attributes),
  }),
}
