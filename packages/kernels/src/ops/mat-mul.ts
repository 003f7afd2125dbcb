import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core'
import { checkRank, mismatch, show } from './check.ts'
import { runOne } from './run-kernel.ts'

/** Which of the two matrices is transposed first. */
export interface MatMulOptions {
  /** Default: false. */
  readonly transposeA?: boolean
  /** Default: false. */
  readonly transposeB?: boolean
}

/**
 * The matrix product of the last two axes, batch by batch. Where `b` is one matrix and `a` has batch axes, every matrix
 * of `a` is multiplied by it. Differentiable with respect to both.
 *
 * @param a - [batch..., M, K], or [batch..., K, M] with `transposeA`
 * @param b - [batch..., K, N], or [batch..., N, K] with `transposeB`; or without batch axes
 * @returns [batch..., M, N]
 * @throws `shape-mismatch`, `backend-not-ready`
 * @example
 * ```ts
 * import { matMul, useBackend } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(matMul(ones([2, 5, 3]), ones([4, 3]), { transposeB: true }).shape) // [2, 5, 4]
 * ```
 */
export function matMul(a: Tensor, b: Tensor, options: MatMulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options
  checkRank('matMul', 'a', a, 2)
  checkRank('matMul', 'b', b, 2)
  const inner = a.shape.at(transposeA ? -2 : -1) as number
  const found = b.shape.at(transposeB ? -1 : -2)
  if (found !== inner) {
    const axis = transposeB ? 'last' : 'last but one'
    mismatch('matMul', 'b', `${inner} along its ${axis} axis, as a of shape ${show(a.shape)} has it`, show(b.shape))
  }
  if (b.rank === 2 && a.rank > 2) {
    return tidy(() => {
      const rowsFirst = transposeA ? swapLastTwo(a) : a // [batch..., M, K]
      const leading = rowsFirst.shape.slice(0, -1)
      const count = leading.reduce((product, length) => product * length, 1)
      const c = runOne('ClasMatMul', { a: reshape(rowsFirst, [count, inner]), b }, { transposeA: false, transposeB })
      return reshape(c, [...leading, c.shape[1] as number])
    })
  }
  const batch = a.shape.slice(0, -2)
  if (show(batch) !== show(b.shape.slice(0, -2))) {
    mismatch('matMul', 'b', `the batch axes ${show(batch)} of a`, show(b.shape))
  }
  return runOne('ClasMatMul', { a, b }, { transposeA, transposeB })
}

function swapLastTwo(x: Tensor): Tensor {
  const { rank, shape } = x
  const axes = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i))
  // The transpose of wasm fails on tensors without values.
  return x.size === 0
    ? reshape(
        x,
        axes.map((axis) => shape[axis] as number),
      )
    : transpose(x, axes)
}
