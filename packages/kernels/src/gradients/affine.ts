import { mul, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** dx = dy * scale, dscale = sum(dy * x), doffset = sum(dy), the sums over all but the last axis. */
export const affineGradient: ClasGradient = {
  kernelName: 'ClasAffine',
  inputsToSave: ['x', 'scale'],
  gradFunc: (dys, saved) => {
    const dy = first(dys)
    const [x, scale] = saved as [Tensor, Tensor]
    return {
      x: () => runOne('ClasAffine', { x: dy, scale, offset: zerosLike(scale) }),
      scale: () => runOne('ClasChannelSum', { dy: mul(dy, x) }),
      offset: () => runOne('ClasChannelSum', { dy }),
    }
  },
}
