import { asMatrix } from './backend.ts'
import type { WebgpuKernel } from './call.ts'
import { sums } from './sums.ts'

export const channelSum: WebgpuKernel<unknown> = (call) => {
  const dy = call.input('dy')
  const { rows, columns } = asMatrix(dy.shape)
  const code = 'fn term(group : i32, k : i32) -> f32 { return dy[k * uniforms.count + group]; }'
  return sums(call, { count: columns, length: rows, inputs: { dy }, code })
}

export const affine: WebgpuKernel<unknown> = (call) => {
  const x = call.input('x')
  return call.run({
    output: x.shape,
    inputs: { x, scale: call.input('scale'), offset: call.input('offset') },
    integers: asMatrix(x.shape),
    code: `
      fn value(index : i32) -> f32 {
        let column = index % uniforms.columns;
        return x[index] * scale[column] + offset[column];
      }`,
  })
}
