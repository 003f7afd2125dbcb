import type { TensorInfo } from '@tensorflow/tfjs-core'
import { asMatrix } from './backend.ts'
import type { Call, WebgpuKernel } from './call.ts'
import { sums } from './sums.ts'

export const softmax: WebgpuKernel<unknown> = (call) => {
  const x = call.input('x')
  return shares(call, x, totals(call, x))
}

export const softmaxGradient: WebgpuKernel<unknown> = (call) => {
  const dy = call.input('dy')
  const y = call.input('y')
  const { rows, columns } = asMatrix(y.shape)
  const dots = sums(call, {
    count: rows,
    length: columns,
    inputs: { dy, y },
    code: `
      fn term(group : i32, k : i32) -> f32 {
        let i = group * uniforms.length + k;
        return dy[i] * y[i];
      }`,
  })
  return call.run({
    output: y.shape,
    inputs: { dy, y, dots },
    integers: { columns },
    code: 'fn value(index : i32) -> f32 { return y[index] * (dy[index] - dots[index / uniforms.columns]); }',
  })
}

export const softmaxCrossEntropy: WebgpuKernel<unknown> = (call) => {
  const logits = call.input('logits')
  const { rows, columns } = asMatrix(logits.shape)
  const of = totals(call, logits)
  const loss = sums(call, {
    count: rows,
    length: columns,
    inputs: { logits, targets: call.input('targets'), ...of },
    code: `
      fn term(group : i32, k : i32) -> f32 {
        let i = group * uniforms.length + k;
        return targets[i] * (log(total[group]) - (logits[i] - highest[group]));
      }`,
  })
  return [loss, shares(call, logits, of)]
}

export const softmaxCrossEntropyGradient: WebgpuKernel<unknown> = (call) => {
  const targets = call.input('targets')
  const { rows, columns } = asMatrix(targets.shape)
  const masses = sums(call, {
    count: rows,
    length: columns,
    inputs: { targets },
    code: 'fn term(group : i32, k : i32) -> f32 { return targets[group * uniforms.length + k]; }',
  })
  return call.run({
    output: targets.shape,
    inputs: { dloss: call.input('dloss'), shares: call.input('softmax'), targets, masses },
    integers: { columns },
    code: `
      fn value(index : i32) -> f32 {
        let row = index / uniforms.columns;
        return dloss[row] * (shares[index] * masses[row] - targets[index]);
      }`,
  })
}

/** Of each row: its highest value, and the sum of exp(x - highest). */
interface Totals extends Readonly<Record<string, TensorInfo>> {
  readonly highest: TensorInfo
  readonly total: TensorInfo
}

function totals(call: Call, x: TensorInfo): Totals {
  const { rows, columns } = asMatrix(x.shape)
  const highest = call.run({
    output: [rows],
    inputs: { x },
    integers: { columns },
    code: `
      fn value(index : i32) -> f32 {
        var best = x[index * uniforms.columns];
        for (var k = 1; k < uniforms.columns; k++) {
          let candidate = x[index * uniforms.columns + k];
          if (candidate > best) { best = candidate; }
        }
        return best;
      }`,
  })
  const total = sums(call, {
    count: rows,
    length: columns,
    inputs: { x, highest },
    code: `
      fn term(group : i32, k : i32) -> f32 {
        return exp(x[group * uniforms.length + k] - highest[group]);
      }`,
  })
  return { highest, total }
}

function shares(call: Call, x: TensorInfo, of: Totals): TensorInfo {
  return call.run({
    output: x.shape,
    inputs: { x, ...of },
    integers: { columns: asMatrix(x.shape).columns },
    code: `
      fn value(index : i32) -> f32 {
        let row = index / uniforms.columns;
        return exp(x[index] - highest[row]) / total[row];
      }`,
  })
}
