import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** The weights are computed again. */
export const attentionGradient: ClasGradient = {
  kernelName: 'ClasAttention',
  inputsToSave: ['qkv'],
  gradFunc: (dy, saved, attributes) => ({
    qkv: () => runOne('ClasAttentionGradient', { dy: first(dy), qkv: saved[0] as Tensor }, attributes),
  }),
}
