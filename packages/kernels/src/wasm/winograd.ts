import type { ConvAttributes, Shape } from '../contract.ts'
import { type Call, type Operand, productParts, ranges } from './call.ts'

/** A convolution that Winograd's transforms do with fewer multiplications (Lavin and Gray, 2016). */
export interface Winograd {
  /** Pixels a side of the tile of outputs that is made at once. */
  readonly tile: 2 | 4
  readonly tiles: number
}

/**
 * How a convolution from pictures of `channels` to pictures [batch, height, width] of `out` is best done by transforms;
 * undefined where the direct way is as good or the only one: they need filters of 3 x 3, steps of one and channels in
 * fours.
 */
export function winogradOf(
  [batch = 0, height = 0, width = 0]: Shape,
  [kh = 0, kw = 0, channels = 0, out = 0]: Shape,
  { strides, dilations, groups }: Pick<ConvAttributes, 'strides' | 'dilations' | 'groups'>,
): Winograd | undefined {
  const plain = [...strides, ...dilations, groups].every((one) => one === 1)
  if (!plain || kh !== 3 || kw !== 3 || channels % 4 !== 0 || out % 4 !== 0) return undefined
  const costs = ([4, 2] as const).map((tile) => {
    const tiles = batch * Math.ceil(height / tile) * Math.ceil(width / tile)
    const products = Math.ceil(tiles / 6) * 6 * channels * out
    const transforms = WINDOW_COST * tiles * (channels + out) + FILTER_COST * channels * out
    return { tile, tiles, cost: (tile + 2) ** 2 * (products + transforms) }
  })
  const best = costs.reduce((a, b) => (b.cost < a.cost ? b : a))
  const direct = 9 * batch * height * width * channels * out
  return best.cost < 0.9 * direct ? best : undefined
}

/** What it takes to transform a number, in multiplications of the product: measured. */
const WINDOW_COST = 12
const FILTER_COST = 23

/** y = x * filter, for outputs of that plan. */
export function winogradConv2d(
  call: Call,
  plan: Winograd,
  { x, filter, bias, y }: { readonly x: Operand; readonly filter: Operand; readonly bias: number; readonly y: Operand },
  [top, , left]: ConvAttributes['pads'],
): void {
  const [, , channels = 0, out = 0] = filter.shape
  convolve(call, plan, { x, y, filter, channels, out, bias, turned: 0, top, left })
}

/** The gradient with respect to the input: a convolution of dy with the filter turned by half a turn. */
export function winogradInputGradient(
  call: Call,
  plan: Winograd,
  { dy, filter, dx }: { readonly dy: Operand; readonly filter: Operand; readonly dx: Operand },
  [top, , left]: ConvAttributes['pads'],
): void {
  const [, , channels = 0, out = 0] = filter.shape
  const turned = { x: dy, y: dx, filter, channels: out, out: channels, bias: 0, turned: 1 }
  convolve(call, plan, { ...turned, top: 2 - top, left: 2 - left })
}

interface Convolution {
  readonly x: Operand
  readonly y: Operand
  readonly filter: Operand
  readonly channels: number
  readonly out: number
  readonly bias: number
  readonly turned: number
  readonly top: number
  readonly left: number
}

function convolve(call: Call, { tile, tiles }: Winograd, { x, y, filter, ...rest }: Convolution): void {
  const { channels, out, bias, turned, top, left } = rest
  const { module } = call
  const u = call.scratch(module.winogradFilterSize(tile, channels, out))
  const numbers = (tile + 2) ** 2 * channels * out
  const [, , filterIn = 0, filterOut = 0] = filter.shape
  call.run(
    'winogradFilter',
    ranges(Math.ceil(out / 8), call.threadsFor(numbers / 2)).map(([from, to]) => [
      ...[filter.address, u, filterIn, filterOut, tile, turned, from, to],
    ]),
    module.winogradFilterScratch(filterIn, filterOut, turned),
  )
  const [, height = 0, width = 0] = x.shape
  const [, outHeight = 0, outWidth = 0] = y.shape
  call.run(
    'winogradConv',
    productParts(tiles, out, call.threadsFor((numbers * tiles) / 40)).map((part) => [
      ...[x.address, u, bias, y.address, height, width, channels, out, outHeight, outWidth, top, left, tile, ...part],
    ]),
    module.winogradConvScratch(tile, channels, out),
  )
}

/** The gradient with respect to the filter. */
export function winogradFilterGradient(
  call: Call,
  { tile, tiles }: Winograd,
  { x, dy, dfilter }: { readonly x: Operand; readonly dy: Operand; readonly dfilter: Operand },
  [top, , left]: ConvAttributes['pads'],
): void {
  const [, height = 0, width = 0, channels = 0] = x.shape
  const [, outHeight = 0, outWidth = 0, out = 0] = dy.shape
  const { module } = call
  const size = module.winogradSums(tile, channels, out)
  const numbers = (tile + 2) ** 2 * channels * out
  const threads = call.threadsFor((numbers * tiles) / 40)
  // The parts that a sum is taken in are the same on any number of threads; the columns make no difference to it.
  const parts = ranges(tiles, partsOf(size), 48)
  const columns = ranges(out, Math.ceil(threads / parts.length), 8)
  const sums = call.scratch(size * parts.length)
  call.run(
    'winogradFilterGradientPart',
    parts.flatMap((tiles, i) =>
      columns.map((channelsOut) => [
        ...[x.address, dy.address, sums + 4 * size * i, height, width, channels, out, outHeight, outWidth, top, left],
        ...[tile, ...tiles, ...channelsOut],
      ]),
    ),
    module.winogradFilterGradientScratch(tile, channels, out),
  )
  call.run(
    'winogradFilterGradientTotal',
    ranges(channels, call.threadsFor((numbers * (1 + parts.length)) / 4)).map(([from, to]) => [
      ...[sums, parts.length, dfilter.address, channels, out, tile, from, to],
    ]),
    module.winogradFilterGradientTotalScratch(),
  )
}

/** Parts of the tiles whose sums are kept apart: as many as fit a few megabytes, a power of two. */
function partsOf(size: number): number {
  return [8, 4, 2].find((parts) => parts * size <= 1 << 21) ?? 1
}
