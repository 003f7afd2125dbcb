import type { BatchMatMulAttrs, EinsumAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { isEmpty } from './padding.ts'
import type { Kernel, Scope } from './scope.ts'

/** ClasMatMul, and BatchMatMul of tfjs, whose batch axes may be broadcast */
export const matMul: Kernel<'a' | 'b', BatchMatMulAttrs> = (scope, { a, b }, { transposeA, transposeB }) =>
  a.shape.length === 2 && b.shape.length === 2
    ? scope.op('MatMul', [a, b], { transpose_a: transposeA, transpose_b: transposeB })
    : scope.op('BatchMatMulV2', [a, b], { adj_x: transposeA, adj_y: transposeB })

/** Sums of products by an equation such as 'ij,jk->ik'. */
export const einsum = (
  scope: Scope,
  inputs: Readonly<Record<string, TensorInfo>>,
  { equation }: EinsumAttrs,
): TensorInfo => {
  const factors = Object.values(inputs)
  return scope.op('Einsum', factors, { equation, N: { int: factors.length } })
}

/** y + bias. By AddV2, not BiasAdd: in a graph oneDNN would make one operation of BiasAdd and a convolution, of other bits. */
export function withBias(scope: Scope, y: TensorInfo, bias: TensorInfo | undefined): TensorInfo {
  return bias && !isEmpty(y.shape) ? scope.op('AddV2', [y, bias]) : y
}
