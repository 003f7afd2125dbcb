import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runOne } from './run.ts'

/** Products of dc with the other matrix, transposed as the case needs. */
export const matMulGradient: ClasGradient = {
  kernelName: 'ClasMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attributes) => {
    const dc = first(dy)
    const [a, b] = saved as [Tensor, Tensor]
    const { transposeA: ta, transposeB: tb } = attributes as { transposeA: boolean; transposeB: boolean }
    const product = (left: Tensor, right: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
      runOne('ClasMatMul', { a: left, b: right }, { transposeA, transposeB })
    return {
      a: () => (ta ? product(b, dc, tb, true) : product(dc, b, false, !tb)),
      b: () => (tb ? product(dc, a, true, ta) : product(a, dc, !ta, false)),
    }
  },
}
