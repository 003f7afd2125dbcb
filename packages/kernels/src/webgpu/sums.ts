import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Call } from './call.ts'
import type { Program } from './program.ts'

/** Terms that one thread adds up before there is a second one, and threads beyond which more don't help. */
const LEAST = 256
const THREADS = 2 ** 18

/**
 * WGSL that declares `name` as the sum of a term over start <= index < end. Long sums in float32 lose digits: blocks of
 * 64 are summed by themselves.
 *
 * @param name - of the sum
 * @param index - the name of the index in `term`
 * @param start - WGSL, i32
 * @param end - WGSL, i32
 * @param term - WGSL, f32
 */
export function sumOver(name: string, index: string, start: string, end: string, term: string): string {
  return `
    var ${name} = 0.0;
    for (var ${name}Start = ${start}; ${name}Start < ${end}; ${name}Start += 64) {
      var ${name}Block = 0.0;
      let ${name}End = min(${name}Start + 64, ${end});
      for (var ${index} = ${name}Start; ${index} < ${name}End; ${index}++) { ${name}Block += ${term}; }
      ${name} += ${name}Block;
    }`
}

/** Sums of which each has the same number of terms. */
export interface Sums extends Omit<Program, 'output' | 'dtype' | 'code'> {
  /** How many sums. */
  readonly count: number
  /** How many terms each has. */
  readonly length: number
  /** WGSL with `fn term(group : i32, k : i32) -> f32`: the k-th term of a sum. */
  readonly code: string
}

/** Computes them: [count]. Where there are few long ones, parts of them are summed side by side first. */
export function sums(call: Call, { count, length, code, inputs, integers, floats }: Sums): TensorInfo {
  const parts = Math.max(1, Math.min(Math.ceil(length / LEAST), Math.floor(THREADS / Math.max(count, 1))))
  const partial = call.run({
    output: [parts * count],
    inputs,
    integers: { ...integers, count, length, part: Math.ceil(length / parts) },
    ...(floats && { floats }),
    code: `
      ${code}
      fn value(index : i32) -> f32 {
        let group = index % uniforms.count;
        let start = index / uniforms.count * uniforms.part;
        let end = min(start + uniforms.part, uniforms.length);
        ${sumOver('sum', 'k', 'start', 'end', 'term(group, k)')}
        return sum;
      }`,
  })
  if (parts === 1) return partial
  return sums(call, {
    count,
    length: parts,
    inputs: { partial },
    code: 'fn term(group : i32, k : i32) -> f32 { return partial[k * uniforms.count + group]; }',
  })
}
