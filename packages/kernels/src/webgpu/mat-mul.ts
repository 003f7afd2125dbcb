import { matMulShape } from '../contract.ts'
import { sizeOf } from './backend.ts'
import type { WebgpuKernel } from './call.ts'
import { sums } from './sums.ts'

interface MatMulAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

export const matMul: WebgpuKernel<MatMulAttributes> = (call, { transposeA, transposeB }) => {
  const a = call.input('a')
  const b = call.input('b')
  const shape = matMulShape(a.shape, b.shape, transposeA, transposeB)
  const [rows = 0, columns = 0] = shape.slice(-2)
  const inner = a.shape.at(transposeA ? -2 : -1) as number
  const c = sums(call, {
    count: sizeOf(shape),
    length: inner,
    inputs: { a, b },
    integers: { rows, columns },
    // group: which value of the product
    code: `
      fn term(group : i32, k : i32) -> f32 {
        let column = group % uniforms.columns;
        let row = group / uniforms.columns % uniforms.rows;
        let n = group / uniforms.columns / uniforms.rows;
        let left = ${transposeA ? '(n * uniforms.length + k) * uniforms.rows + row' : '(n * uniforms.rows + row) * uniforms.length + k'};
        let right = ${transposeB ? '(n * uniforms.columns + column) * uniforms.length + k' : '(n * uniforms.length + k) * uniforms.columns + column'};
        return a[left] * b[right];
      }`,
  })
  return { ...c, shape: [...shape] }
}
