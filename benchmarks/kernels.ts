/** One kernel at one size. Plain data, so that the peer in Python measures the same. */
export interface KernelCase {
  readonly name: string
  readonly op: 'matMul' | 'conv' | 'batchNorm' | 'layerNorm' | 'softmax' | 'gelu'
  readonly pass: 'forward' | 'input gradient' | 'weight gradient' | 'gradient'
  /** Of the first input: images are [batch, height, width, channels]. */
  readonly x: readonly number[]
  /** Of the second: a matrix, or a filter [height, width, in / groups, out]. */
  readonly w?: readonly number[]
  readonly stride?: number
  readonly pad?: number
  readonly dilation?: number
  readonly groups?: number
  readonly transposeA?: boolean
  readonly transposeB?: boolean
  /** Of arithmetic, two to a multiply-add, where arithmetic bounds the kernel. */
  readonly flops?: number
  /** That must be read and written at least, where memory bounds it. */
  readonly bytes?: number
  /** Measured with --quick too. */
  readonly quick?: boolean
}

/** What --kernels looks in. */
export const labelOf = ({ name, pass }: KernelCase): string => `${name}, ${pass}`.toLowerCase()

const product = (shape: readonly number[]): number => shape.reduce((result, length) => result * length, 1)
const show = (shape: readonly number[]): string => shape.join('x')

type MatMulOptions = Pick<KernelCase, 'transposeA' | 'transposeB' | 'quick'> & { readonly pass?: KernelCase['pass'] }

function matMul(x: readonly number[], w: readonly number[], options: MatMulOptions = {}): KernelCase {
  const rows = x.at(options.transposeA ? -1 : -2) as number
  const inner = x.at(options.transposeA ? -2 : -1) as number
  const columns = w.at(options.transposeB ? -2 : -1) as number
  const batch = product(x.slice(0, -2))
  const label = x.length > 2 ? `batched matMul, ${batch} of ` : 'matMul '
  const name = `${label}${rows}x${inner} * ${inner}x${columns}`
  return { name, op: 'matMul', pass: 'forward', x, w, flops: 2 * batch * rows * inner * columns, ...options }
}

/** A product [rows, inner] * [inner, columns], and as its gradients have it: dy * w transposed, x transposed * dy. */
function linear(rows: number, inner: number, columns: number, quick = false): KernelCase[] {
  const [x, w, dy] = [
    [rows, inner],
    [inner, columns],
    [rows, columns],
  ] as const
  const { name } = matMul(x, w)
  return [
    matMul(x, w, quick ? { quick } : {}),
    { ...matMul(dy, w, { transposeB: true, pass: 'input gradient' }), name },
    { ...matMul(x, dy, { transposeA: true, pass: 'weight gradient' }), name },
  ]
}

interface ConvOptions {
  readonly stride?: number
  readonly dilation?: number
  readonly groups?: number
  readonly quick?: boolean
}

/** Forward and both gradients; all three multiply and add as often. Padded to keep the size at stride 1. */
function conv(label: string, x: readonly number[], out: number, size: number, options: ConvOptions = {}): KernelCase[] {
  const { stride = 1, dilation = 1, groups = 1 } = options
  const [batch = 1, height = 1, width = 1, channels = 1] = x
  const w = [size, size, channels / groups, out]
  const pad = ((size - 1) / 2) * dilation
  const cells = batch * Math.ceil(height / stride) * Math.ceil(width / stride)
  const flops = 2 * cells * product(w)
  return (['forward', 'input gradient', 'weight gradient'] as const).map((pass) => ({
    ...{ name: `${label}, ${show(x)} to ${out}`, op: 'conv', pass, x, w, stride, pad, dilation, groups, flops },
    ...(options.quick && { quick: true }),
  }))
}

/** Forward and gradient; `passes` says how often each reads or writes as many values as x has. */
function memoryBound(op: KernelCase['op'], x: readonly number[], passes: readonly [number, number]): KernelCase[] {
  const name = `${op} ${show(x)}`
  const bytes = 4 * product(x)
  return [
    { name, op, pass: 'forward', x, bytes: passes[0] * bytes, ...(op === 'batchNorm' && { quick: true }) },
    { name, op, pass: 'gradient', x, bytes: passes[1] * bytes },
  ]
}

/** Batch 16 of DeiT_tiny: 3 heads of 64 over 197 tokens. */
const heads = [16, 3, 197, 64]
const scores = [16, 3, 197, 197]

export const KERNEL_CASES: readonly [KernelCase, ...KernelCase[]] = [
  matMul([512, 512], [512, 512]),
  ...linear(1024, 1024, 1024, true),
  matMul([2048, 2048], [2048, 2048]),
  ...linear(16 * 197, 192, 768),
  // Attention: of queries and keys, of scores and values, and a gradient of each.
  matMul(heads, heads, { transposeB: true }),
  matMul(scores, heads),
  matMul(scores, heads, { transposeA: true, pass: 'weight gradient' }),
  ...conv('conv 1x1', [8, 56, 56, 64], 256, 1),
  ...conv('conv 1x1', [8, 14, 14, 1024], 256, 1),
  ...conv('conv 3x3', [8, 56, 56, 64], 64, 3, { quick: true }),
  ...conv('conv 3x3', [8, 14, 14, 256], 256, 3),
  ...conv('conv 3x3 stride 2', [8, 56, 56, 128], 128, 3, { stride: 2 }),
  ...conv('conv 5x5', [8, 28, 28, 64], 64, 5),
  ...conv('conv 7x7 stride 2', [8, 224, 224, 3], 64, 7, { stride: 2 }),
  ...conv('conv 3x3 of 32 groups', [8, 56, 56, 128], 128, 3, { groups: 32 }),
  ...conv('conv 3x3 dilated by 2', [8, 28, 28, 128], 128, 3, { dilation: 2 }),
  ...conv('depthwise 3x3', [16, 56, 56, 64], 64, 3, { groups: 64 }),
  ...conv('depthwise 5x5', [16, 28, 28, 128], 128, 5, { groups: 128 }),
  // Reads x twice (statistics, then values) and writes y; the gradient reads dy and x twice and writes dx.
  ...memoryBound('batchNorm', [32, 56, 56, 64], [3, 5]),
  // A row is in the cache the second time.
  ...memoryBound('layerNorm', [32, 197, 768], [2, 3]),
  ...memoryBound('softmax', [32, 3, 197, 197], [2, 3]),
  ...memoryBound('gelu', [32, 197, 768], [2, 3]),
]
