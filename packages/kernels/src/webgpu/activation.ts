import type { ActivationAttributes, ActivationKind } from '../contract.ts'
import type { WebgpuKernel } from './call.ts'

interface Curve {
  /** WGSL of x */
  readonly value: string
  readonly derivative: string
}

const SLOPE = 'uniforms.slope'
const LINE = '(uniforms.slope * x + uniforms.offset)'

const CURVES: Readonly<Record<ActivationKind, Curve>> = {
  relu: { value: 'select(x, 0.0, x < 0.0)', derivative: 'select(0.0, 1.0, x > 0.0)' },
  relu6: { value: 'clip(x, 0.0, 6.0)', derivative: 'select(0.0, 1.0, x > 0.0 && x < 6.0)' },
  leakyRelu: { value: `select(${SLOPE} * x, x, x > 0.0)`, derivative: `select(${SLOPE}, 1.0, x > 0.0)` },
  sigmoid: { value: 'sigmoid(x)', derivative: 'sigmoid(x) * sigmoid(-x)' },
  hardSigmoid: {
    value: `clip(${LINE}, 0.0, 1.0)`,
    derivative: `select(0.0, ${SLOPE}, ${LINE} > 0.0 && ${LINE} < 1.0)`,
  },
  hardSwish: {
    value: 'x * clip(x + 3.0, 0.0, 6.0) / 6.0',
    derivative: 'select(select((2.0 * x + 3.0) / 6.0, 0.0, x <= -3.0), 1.0, x >= 3.0)',
  },
  swish: { value: 'x * sigmoid(x)', derivative: 'sigmoid(x) * (1.0 + x * sigmoid(-x))' },
  gelu: { value: 'x * phi(x)', derivative: 'phi(x) + x * 0.3989422804 * exp(-0.5 * x * x)' },
  // x / 2 * (1 + tanh(gate)) = x * sigmoid(2 * gate)
  geluTanh: {
    value: 'x * sigmoid(2.0 * gate(x))',
    derivative: `sigmoid(2.0 * gate(x)) * (1.0 + x * sigmoid(-2.0 * gate(x)) *
      1.5957691216 * (1.0 + 0.134145 * x * x))`,
  },
  tanh: { value: 'hyperbolic(x)', derivative: '4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x)' },
}

/** Functions that WGSL lacks, or whose own versions overflow or drop NaN. */
const FUNCTIONS = `
  fn clip(x : f32, low : f32, high : f32) -> f32 { return select(select(x, low, x < low), high, x > high); }
  fn sigmoid(x : f32) -> f32 {
    let e = exp(-abs(x));
    return select(1.0, e, x < 0.0) / (1.0 + e);
  }
  fn gate(x : f32) -> f32 { return 0.7978845608 * (x + 0.044715 * x * x * x); }
  fn hyperbolic(x : f32) -> f32 {
    let s = x * x;
    let near = x * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0)))));
    let e = exp(-2.0 * abs(x));
    let far = (1.0 - e) / (1.0 + e);
    return select(select(far, -far, x < 0.0), near, abs(x) < 0.25);
  }
  // The normal distribution up to x; the polynomials are those of the wasm kernels.
  fn phi(x : f32) -> f32 {
    let z = abs(x) * 0.70710678;
    let s = z * z;
    let p = 1.28379166e-1 + s * (-3.76125336e-1 + s * (1.12819925e-1 + s * (-2.67681349e-2
      + s * (4.99119423e-3 + s * -5.96761703e-4))));
    let near = 0.5 * (p * z + z);
    let q = -1.28717512e-1 + z * (-6.34846687e-1 + z * (-1.06777877e-1 + z * (2.42546219e-2
      + z * (-3.88396438e-3 + z * (3.83197126e-4 + z * -1.72853470e-5)))));
    let tail = 0.5 * exp(q * z - z);
    let above = select(1.0 - tail, 0.5 + near, z < 0.92);
    let below = select(tail, 0.5 - near, z < 0.92);
    return select(above, below, x < 0.0);
  }`

export const activation: WebgpuKernel<ActivationAttributes> = (call, { kind, slope, offset }) => {
  const input = call.input('x')
  return call.run({
    output: input.shape,
    inputs: { input },
    floats: { slope, offset },
    code: `${FUNCTIONS} fn value(index : i32) -> f32 { let x = input[index]; return ${CURVES[kind].value}; }`,
  })
}

export const activationGradient: WebgpuKernel<ActivationAttributes> = (call, { kind, slope, offset }) => {
  const input = call.input('x')
  return call.run({
    output: input.shape,
    inputs: { dy: call.input('dy'), input },
    floats: { slope, offset },
    code: `
      ${FUNCTIONS}
      fn value(index : i32) -> f32 { let x = input[index]; return dy[index] * (${CURVES[kind].derivative}); }`,
  })
}
