/**
 * The border between which kernels there are and how a backend computes them: the names, the attributes and the output
 * shapes. A backend implements every name; the operations in `ops/` call by name and know no backend.
 *
 * Layouts: images are [batch, height, width, channels] (NHWC), filters [height, width, in / groups, out] (HWIO).
 * All tensors are float32.
 */

export type Shape = readonly number[]
/** [vertical, horizontal] */
export type Pair = readonly [number, number]
/** Zeros (or nothing, in pooling) around the picture: [top, bottom, left, right] */
export type Pads = readonly [number, number, number, number]

export interface ConvAttributes {
  readonly strides: Pair
  readonly pads: Pads
  readonly dilations: Pair
  readonly groups: number
}

export interface PoolAttributes {
  readonly size: Pair
  readonly strides: Pair
  readonly pads: Pads
}

export interface ResizeAttributes {
  /** [height, width] of the output */
  readonly size: Pair
  /**
   * Output i lies at i * (in - 1) / (out - 1) of the input (at 0 where out is 1) when true, else at
   * (i + 0.5) * in / out - 0.5, clipped to what is there.
   */
  readonly alignCorners: boolean
}

/** What an activation may be. */
export const ACTIVATION_KINDS = [
  'relu',
  'relu6',
  'leakyRelu', // x or slope * x
  'sigmoid',
  'hardSigmoid', // clip(slope * x + offset, 0, 1)
  'hardSwish', // x * clip(x + 3, 0, 6) / 6
  'swish', // x * sigmoid(x)
  'gelu', // x * Phi(x), by the error function
  'geluTanh', // the approximation by tanh
  'tanh',
] as const

export type ActivationKind = (typeof ACTIVATION_KINDS)[number]

export interface ActivationAttributes {
  readonly kind: ActivationKind
  readonly slope: number
  readonly offset: number
}

/**
 * Every kernel: its inputs in order, its attributes, its outputs in order.
 *
 * | kernel | inputs | attributes | outputs |
 * | --- | --- | --- | --- |
 * | ClasConv2D | x, filter, bias? [out] | ConvAttributes | y |
 * | ClasConv2DInputGradient | dy, filter | ConvAttributes, inputShape | dx |
 * | ClasConv2DFilterGradient | x, dy | ConvAttributes, filterShape | dfilter |
 * | ClasChannelSum | dy [..., C] | | sum over all but the last axis [C] |
 * | ClasMaxPool | x | PoolAttributes | y |
 * | ClasMaxPoolGradient | dy, x, y | PoolAttributes | dx: to the first largest of each window, row by row |
 * | ClasAveragePool | x | PoolAttributes | y: the mean over what lies inside the picture |
 * | ClasAveragePoolGradient | dy | PoolAttributes, inputShape | dx |
 * | ClasResizeBilinear | x | ResizeAttributes | y |
 * | ClasResizeBilinearGradient | dy | ResizeAttributes, inputShape | dx |
 * | ClasBatchNorm | x [..., C], gamma [C], beta [C] | epsilon | y, mean [C], variance [C] (biased), over all but the last axis |
 * | ClasBatchNormGradient | dy, x, gamma, mean, variance | epsilon | dx, dgamma, dbeta: through the batch's mean and variance |
 * | ClasAffine | x [..., C], scale [C], offset [C] | | x * scale + offset |
 * | ClasLayerNorm | x [..., C], gamma [C], beta [C] | epsilon | y, mean [rows], variance [rows] (biased), over the last axis |
 * | ClasLayerNormGradient | dy, x, gamma, mean, variance | epsilon | dx, dgamma, dbeta |
 * | ClasActivation | x | ActivationAttributes | y |
 * | ClasActivationGradient | dy, x | ActivationAttributes | dx; at a corner the derivative is 0 (relu at 0, clips at their ends) |
 * | ClasSoftmax | x [..., C] | | y, over the last axis |
 * | ClasSoftmaxGradient | dy, y | | dx |
 * | ClasSoftmaxCrossEntropy | logits [rows, C], targets [rows, C] | | loss [rows] = -sum(targets * logSoftmax(logits)), softmax [rows, C] |
 * | ClasSoftmaxCrossEntropyGradient | dloss [rows], softmax, targets | | dlogits = dloss * (softmax * sum(targets) - targets) |
 * | ClasMatMul | a [batch..., M, K], b [batch..., K, N] (before transposing) | transposeA, transposeB | c [batch..., M, N]; batch axes equal |
 */
export const KERNELS = [
  'ClasConv2D',
  'ClasConv2DInputGradient',
  'ClasConv2DFilterGradient',
  'ClasChannelSum',
  'ClasMaxPool',
  'ClasMaxPoolGradient',
  'ClasAveragePool',
  'ClasAveragePoolGradient',
  'ClasResizeBilinear',
  'ClasResizeBilinearGradient',
  'ClasBatchNorm',
  'ClasBatchNormGradient',
  'ClasAffine',
  'ClasLayerNorm',
  'ClasLayerNormGradient',
  'ClasActivation',
  'ClasActivationGradient',
  'ClasSoftmax',
  'ClasSoftmaxGradient',
  'ClasSoftmaxCrossEntropy',
  'ClasSoftmaxCrossEntropyGradient',
  'ClasMatMul',
] as const

export type KernelName = (typeof KERNELS)[number]

/**
 * A step of momentum: g = gradient + weightDecay * param; velocity' = momentum * velocity + (1 - dampening) * g; param' =
 * param - lr * velocity', or with nesterov param - lr * (g + momentum * velocity').
 */
export interface MomentumAttributes {
  readonly momentum: number
  readonly weightDecay: number
  readonly dampening: number
  readonly nesterov: boolean
}

/**
 * A step of Adam: g = gradient, or gradient + weightDecay * param unless decoupled; mean' = beta1 * mean + (1 - beta1) * g;
 * squares' = beta2 * squares + (1 - beta2) * g²; d = factor * mean' / (sqrt(squares') + smallest), with {@link adamFactors};
 * param' = param - lr * d, or where decoupled param - lr * (d + weightDecay * param).
 */
export interface AdamAttributes {
  readonly beta1: number
  readonly beta2: number
  readonly weightDecay: number
  readonly decoupled: boolean
}

/** What {@link adamFactors} depend on. */
export interface AdamProgress {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Gradients of the parameter, the next one included: counted from 1. */
  readonly step: number
}

/** The corrections for averages that began at 0: in float32 powers of numbers near 1 would lose digits. */
export function adamFactors({ beta1, beta2, epsilon, step }: AdamProgress): {
  readonly factor: number
  readonly smallest: number
} {
  const root = Math.sqrt(1 - beta2 ** step)
  return { factor: root / (1 - beta1 ** step), smallest: epsilon * root }
}

/** softmax(scale * q · kᵀ) · v for each head; qkv holds [3, heads, dim / heads] at each position. */
export interface AttentionAttributes {
  readonly heads: number
  readonly scale: number
}

/**
 * Kernels that a backend may lack: what uses them has another way. What changes from step
 * to step is a tensor of one number: lr, factor, smallest; all others of an optimizer's kernel have one shape, and it has
 * no gradient.
 *
 * | kernel | inputs | attributes | outputs |
 * | --- | --- | --- | --- |
 * | ClasMomentum | param, gradient, velocity, lr | MomentumAttributes | param', velocity' |
 * | ClasAdam | param, gradient, mean, squares, lr, factor, smallest | AdamAttributes | param', mean', squares' |
 * | ClasAttention | qkv [batch, length, 3 * dim] | AttentionAttributes | y [batch, length, dim] |
 * | ClasAttentionGradient | dy, qkv | AttentionAttributes | dqkv |
 */
export const OPTIONAL_KERNELS = ['ClasMomentum', 'ClasAdam', 'ClasAttention', 'ClasAttentionGradient'] as const

export type OptionalKernelName = (typeof OPTIONAL_KERNELS)[number]

/** How many cells a window of `size` cells, `dilation` apart, makes along a side; the remainder is dropped. */
export function windows(
  length: number,
  size: number,
  stride: number,
  before: number,
  after: number,
  dilation = 1,
): number {
  return Math.floor((length + before + after - ((size - 1) * dilation + 1)) / stride) + 1
}

/** [batch, height, width, out] of a convolution. */
export function convShape(x: Shape, filter: Shape, { strides, pads, dilations }: ConvAttributes): Shape {
  const [batch = 0, height = 0, width = 0] = x
  const [kh = 0, kw = 0, , out = 0] = filter
  return [
    batch,
    windows(height, kh, strides[0], pads[0], pads[1], dilations[0]),
    windows(width, kw, strides[1], pads[2], pads[3], dilations[1]),
    out,
  ]
}

/** [batch, height, width, channels] of a pooling. */
export function poolShape(x: Shape, { size, strides, pads }: PoolAttributes): Shape {
  const [batch = 0, height = 0, width = 0, channels = 0] = x
  return [
    batch,
    windows(height, size[0], strides[0], pads[0], pads[1]),
    windows(width, size[1], strides[1], pads[2], pads[3]),
    channels,
  ]
}

/** [batch, height, width, channels] of a resize. */
export function resizeShape(x: Shape, { size }: ResizeAttributes): Shape {
  const [batch = 0, , , channels = 0] = x
  return [batch, ...size, channels]
}

/** [batch…, M, N] of a matrix product. */
export function matMulShape(a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): Shape {
  const rows = a[a.length - (transposeA ? 1 : 2)] as number
  const columns = b[b.length - (transposeB ? 2 : 1)] as number
  return [...a.slice(0, -2), rows, columns]
}
