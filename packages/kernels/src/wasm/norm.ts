import { asMatrix, type Call, type Operand, ranges, type WasmKernel } from './call.ts'

interface NormAttributes {
  readonly epsilon: number
}

/** Floats that a part of the rows holds when sums are taken in parts; they stay in the second cache. */
const PART = 1 << 15
const MOST_PARTS = 64

export const channelSum: WasmKernel<unknown> = (call) => {
  const dy = call.input('dy')
  const { rows, channels } = asMatrix(dy.shape)
  const sum = call.output([channels])
  sumOfColumns(call, dy.address, rows, channels, sum.address)
  return sum
}

/** Writes the sum of each column of [rows, channels] to an address. */
export function sumOfColumns(call: Call, from: number, rows: number, channels: number, to: number): void {
  const floats = call.module.columnScratch(channels)
  const { parts, sums } = sumParts(call, rows, channels, floats)
  call.run(
    'channelSumPart',
    parts.map(([first, end], i) => [from + 4 * first * channels, end - first, channels, sums + 4 * floats * i]),
  )
  call.module.channelSumTotal(sums, parts.length, to, channels)
}

export const affine: WasmKernel<unknown> = (call) => {
  const x = call.input('x')
  const { rows, channels } = asMatrix(x.shape)
  const y = call.output(x.shape)
  const [scale, offset] = [call.input('scale').address, call.input('offset').address]
  call.run(
    'affine',
    shareRows(call, rows, channels).map(([from, to]) => [
      ...[at(x, from, channels), scale, offset, at(y, from, channels)],
      ...[to - from, channels],
    ]),
  )
  return y
}

export const batchNorm: WasmKernel<NormAttributes> = (call, { epsilon }) => {
  const x = call.input('x')
  const [gamma, beta] = [call.input('gamma').address, call.input('beta').address]
  const { rows, channels } = asMatrix(x.shape)
  const [y, mean, variance] = [call.output(x.shape), call.output([channels]), call.output([channels])]
  const scale = moments(call, x, gamma, epsilon, mean.address, variance.address)
  call.run(
    'normalize',
    shareRows(call, rows, channels).map(([from, to]) => [
      ...[at(x, from, channels), mean.address, scale, beta, at(y, from, channels)],
      ...[to - from, channels],
    ]),
  )
  return [y, mean, variance]
}

/** Writes the mean and the variance of each channel, and gives the address of gamma / deviation. */
export function moments(
  call: Call,
  x: Operand,
  gamma: number,
  epsilon: number,
  mean: number,
  variance: number,
): number {
  const { rows, channels } = asMatrix(x.shape)
  const floats = call.module.batchNormScratch(channels)
  const { parts, sums, rowsEach } = sumParts(call, rows, channels, floats)
  const scale = call.scratch(channels)
  call.run(
    'batchNormPart',
    parts.map(([from, to], i) => [at(x, from, channels), to - from, channels, sums + 4 * floats * i]),
  )
  call.module.batchNormMoments(sums, parts.length, rowsEach, rows, channels, gamma, epsilon, mean, variance, scale)
  return scale
}

export const batchNormGradient: WasmKernel<NormAttributes> = (call, { epsilon }) => {
  const [dy, x, mean] = [call.input('dy'), call.input('x'), call.input('mean').address]
  const { rows, channels } = asMatrix(x.shape)
  const [dx, dgamma, dbeta] = [call.output(x.shape), call.output([channels]), call.output([channels])]
  const { parts, sums, floats } = gradientParts(call, rows, channels)
  call.run(
    'batchNormGradientPart',
    parts.map(([from, to], i) => [
      ...[at(dy, from, channels), at(x, from, channels), mean],
      ...[to - from, channels, sums + 4 * floats * i],
    ]),
  )
  gradientOfSums(call, epsilon, { dy, x, dx, dgamma, dbeta, sums, parts: parts.length })
  return [dx, dgamma, dbeta]
}

/** The parts of the rows that the sums of the gradient are taken in. */
export function gradientParts(
  call: Call,
  rows: number,
  channels: number,
): { readonly parts: [number, number][]; readonly sums: number; readonly floats: number } {
  const floats = call.module.batchNormScratch(channels)
  return { ...sumParts(call, rows, channels, floats), floats }
}

interface GradientOperands {
  readonly dy: Operand
  readonly x: Operand
  /** May be dy. */
  readonly dx: Operand
  readonly dgamma: Operand
  readonly dbeta: Operand
  readonly sums: number
  readonly parts: number
}

/** The gradients of a batch normalisation from the sums of the parts. */
export function gradientOfSums(
  call: Call,
  epsilon: number,
  { dy, x, dx, dgamma, dbeta, sums, parts }: GradientOperands,
): void {
  const [gamma, variance, mean] = ['gamma', 'variance', 'mean'].map((name) => call.input(name).address)
  const { rows, channels } = asMatrix(x.shape)
  const factors = call.scratch(3 * channels)
  const statistics = [gamma, variance, epsilon, dgamma.address, dbeta.address, factors] as number[]
  call.module.batchNormGradientFactors(sums, parts, rows, channels, ...statistics)
  call.run(
    'batchNormGradientRows',
    shareRows(call, rows, channels).map(([from, to]) => [
      ...[at(dy, from, channels), at(x, from, channels), mean as number, factors, at(dx, from, channels)],
      ...[to - from, channels],
    ]),
  )
}

export const layerNorm: WasmKernel<NormAttributes> = (call, { epsilon }) => {
  const x = call.input('x')
  const [gamma, beta] = [call.input('gamma').address, call.input('beta').address]
  const { rows, channels } = asMatrix(x.shape)
  const [y, mean, variance] = [call.output(x.shape), call.output([rows]), call.output([rows])]
  call.run(
    'layerNorm',
    shareRows(call, rows, channels).map(([from, to]) => [
      ...[at(x, from, channels), gamma, beta, at(y, from, channels), at(mean, from, 1), at(variance, from, 1)],
      ...[to - from, channels, epsilon],
    ]),
  )
  return [y, mean, variance]
}

export const layerNormGradient: WasmKernel<NormAttributes> = (call, { epsilon }) => {
  const [dy, x, gamma] = [call.input('dy'), call.input('x'), call.input('gamma').address]
  const [mean, variance] = [call.input('mean'), call.input('variance')]
  const { rows, channels } = asMatrix(x.shape)
  const [dx, dgamma, dbeta] = [call.output(x.shape), call.output([channels]), call.output([channels])]
  const rowsEach = partRows(rows, channels)
  const floats = 2 * Math.ceil(call.module.layerNormScratch(Math.min(rowsEach, rows), channels) / 2)
  const { parts, sums } = sumParts(call, rows, channels, floats)
  call.run(
    'layerNormGradientPart',
    parts.map(([from, to], i) => [
      ...[at(dy, from, channels), at(x, from, channels), gamma, at(mean, from, 1), at(variance, from, 1)],
      ...[at(dx, from, channels), to - from, channels, epsilon, sums + 4 * floats * i],
    ]),
  )
  call.module.layerNormGradientTotal(sums, parts.length, floats, dgamma.address, dbeta.address, channels)
  return [dx, dgamma, dbeta]
}

/** The address of a row. */
export function at({ address }: Operand, row: number, channels: number): number {
  return address + 4 * row * channels
}

/** Rows of a part: they depend on the shape alone, so that sums don't depend on the number of threads. */
function partRows(rows: number, channels: number): number {
  const least = Math.max(1, Math.floor(PART / Math.max(1, channels)))
  return Math.max(least, Math.ceil(rows / MOST_PARTS))
}

/** The parts of the rows, and memory for the sums of each, `floats` long. */
function sumParts(
  call: Call,
  rows: number,
  channels: number,
  floats: number,
): { readonly parts: [number, number][]; readonly sums: number; readonly rowsEach: number } {
  const rowsEach = partRows(rows, channels)
  const count = Math.max(1, Math.ceil(rows / rowsEach))
  const parts = Array.from({ length: count }, (_, i): [number, number] => [
    i * rowsEach,
    Math.min(rows, (i + 1) * rowsEach),
  ])
  return { parts, sums: call.scratch(floats * count), rowsEach }
}

/** The rows, divided among the threads. */
export function shareRows(call: Call, rows: number, channels: number): [number, number][] {
  return ranges(rows, call.threadsFor((rows * channels) / 3))
}
