import type { TensorInfo } from '@tensorflow/tfjs-core'
import { asMatrix } from './backend.ts'
import type { Call, WebgpuKernel } from './call.ts'
import { sums } from './sums.ts'

/** Which values share a mean: those of a channel (batch normalisation) or those of a row (layer normalisation). */
type Groups = 'channels' | 'rows'

export const batchNorm: WebgpuKernel<{ readonly epsilon: number }> = (call, { epsilon }) =>
  forward(call, 'channels', epsilon)

export const batchNormGradient: WebgpuKernel<{ readonly epsilon: number }> = (call, { epsilon }) =>
  backward(call, 'channels', epsilon)

export const layerNorm: WebgpuKernel<{ readonly epsilon: number }> = (call, { epsilon }) =>
  forward(call, 'rows', epsilon)

export const layerNormGradient: WebgpuKernel<{ readonly epsilon: number }> = (call, { epsilon }) =>
  backward(call, 'rows', epsilon)

function forward(call: Call, groups: Groups, epsilon: number): readonly TensorInfo[] {
  const x = call.input('x')
  const { mean, variance } = moments(call, groups, x)
  const y = call.run({
    output: x.shape,
    inputs: { x, mean, variance, gamma: call.input('gamma'), beta: call.input('beta') },
    integers: asMatrix(x.shape),
    floats: { epsilon },
    code: `
      ${MEMBERSHIP[groups]}
      fn value(index : i32) -> f32 {
        let column = index % uniforms.columns;
        let normal = (x[index] - mean[groupOf(index)]) / sqrt(variance[groupOf(index)] + uniforms.epsilon);
        return normal * gamma[column] + beta[column];
      }`,
  })
  return [y, mean, variance]
}

/** Three passes: the first mean of values far from zero is rounded, the second adds what the first left. */
function moments(
  call: Call,
  groups: Groups,
  x: TensorInfo,
): { readonly mean: TensorInfo; readonly variance: TensorInfo } {
  const sum = groupSums(call, groups, x, { x }, 'x[i]')
  const rest = groupSums(call, groups, x, { x, sum }, 'x[i] - sum[group] / f32(uniforms.length)')
  const mean = call.run({
    output: sum.shape,
    inputs: { sum, rest },
    integers: { length: lengthOf(groups, x) },
    code: `
      fn value(index : i32) -> f32 {
        return sum[index] / f32(uniforms.length) + rest[index] / f32(uniforms.length);
      }`,
  })
  const squares = groupSums(call, groups, x, { x, mean }, '(x[i] - mean[group]) * (x[i] - mean[group])')
  const variance = call.run({
    output: sum.shape,
    inputs: { squares },
    integers: { length: lengthOf(groups, x) },
    code: 'fn value(index : i32) -> f32 { return squares[index] / f32(uniforms.length); }',
  })
  return { mean, variance }
}

/** With n = (x - mean) / s and g = dy * gamma: dx = (g - mean(g) - n * mean(g * n)) / s, the means over a group. */
function backward(call: Call, groups: Groups, epsilon: number): readonly TensorInfo[] {
  const [dy, x, gamma] = [call.input('dy'), call.input('x'), call.input('gamma')]
  const statistics = { mean: call.input('mean'), variance: call.input('variance') }
  const ofColumn = { count: asMatrix(x.shape).columns, length: asMatrix(x.shape).rows }
  const dbeta = sums(call, {
    ...ofColumn,
    inputs: { dy },
    code: 'fn term(group : i32, k : i32) -> f32 { return dy[k * uniforms.count + group]; }',
  })
  const dgamma = sums(call, {
    ...ofColumn,
    inputs: { dy, x, ...statistics },
    integers: asMatrix(x.shape),
    floats: { epsilon },
    code: `
      ${MEMBERSHIP[groups]}
      ${NORMAL}
      fn term(group : i32, k : i32) -> f32 {
        let i = k * uniforms.count + group;
        return dy[i] * normal(i);
      }`,
  })
  // Of a channel, gamma is the same for all: its sums are those above.
  const channels = groups === 'channels'
  const plain = channels ? dbeta : groupSums(call, groups, x, { dy, gamma }, 'dy[i] * gamma[i % uniforms.columns]')
  const product = channels
    ? dgamma
    : groupSums(call, groups, x, { dy, gamma, x, ...statistics }, 'dy[i] * gamma[i % uniforms.columns] * normal(i)', {
        epsilon,
      })
  const dx = call.run({
    output: x.shape,
    inputs: { dy, x, gamma, ...statistics, plain, product },
    integers: { ...asMatrix(x.shape), length: lengthOf(groups, x) },
    floats: { epsilon },
    code: `
      ${MEMBERSHIP[groups]}
      ${NORMAL}
      fn value(index : i32) -> f32 {
        let group = groupOf(index);
        let factor = gamma[index % uniforms.columns];
        let means = (plain[group] + normal(index) * product[group]) / f32(uniforms.length);
        return (dy[index] * factor - ${channels ? 'factor * means' : 'means'}) / sqrt(variance[group] + uniforms.epsilon);
      }`,
  })
  return [dx, dgamma, dbeta]
}

/** The group of a value, and where the k-th value of a group lies. */
const MEMBERSHIP: Readonly<Record<Groups, string>> = {
  channels: `
    fn groupOf(i : i32) -> i32 { return i % uniforms.columns; }
    fn memberOf(group : i32, k : i32) -> i32 { return k * uniforms.columns + group; }`,
  rows: `
    fn groupOf(i : i32) -> i32 { return i / uniforms.columns; }
    fn memberOf(group : i32, k : i32) -> i32 { return group * uniforms.columns + k; }`,
}

const NORMAL = `
  fn normal(i : i32) -> f32 {
    return (x[i] - mean[groupOf(i)]) / sqrt(variance[groupOf(i)] + uniforms.epsilon);
  }`

/** The sum over each group of a term, WGSL of the index `i` and the number `group`. */
function groupSums(
  call: Call,
  groups: Groups,
  x: TensorInfo,
  inputs: Readonly<Record<string, TensorInfo>>,
  term: string,
  floats?: { readonly epsilon: number },
): TensorInfo {
  const { rows, columns } = asMatrix(x.shape)
  return sums(call, {
    count: groups === 'channels' ? columns : rows,
    length: lengthOf(groups, x),
    inputs,
    integers: { rows, columns },
    ...(floats && { floats }),
    code: `
      ${MEMBERSHIP[groups]}
      ${floats ? NORMAL : ''}
      fn term(group : i32, k : i32) -> f32 {
        let i = memberOf(group, k);
        return ${term};
      }`,
  })
}

/** How many values a group has. */
function lengthOf(groups: Groups, { shape }: TensorInfo): number {
  const { rows, columns } = asMatrix(shape)
  return groups === 'channels' ? rows : columns
}
