import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import { type Call, type Operand, productParts, ranges, sizeOf, type WasmKernel } from './call.ts'
import { groupedConv2d, groupedFilterGradient, groupedInputGradient, isGroupedDirect } from './grouped.ts'
import { winogradConv2d, winogradFilterGradient, winogradInputGradient, winogradOf } from './winograd.ts'

export const conv2d: WasmKernel<ConvAttributes> = (call, attributes) => {
  const x = call.input('x')
  const filter = call.input('filter')
  const bias = call.optional('bias')
  const y = call.output(convShape(x.shape, filter.shape, attributes))
  const [kh = 0, kw = 0, perGroup = 0, out = 0] = filter.shape
  const geometry = geometryOf(x.shape, filter.shape, y.shape, attributes)
  const winograd = winogradOf(y.shape, filter.shape, attributes)
  if (winograd) winogradConv2d(call, winograd, { x, filter, bias, y }, attributes.pads)
  else if (isDepthwise(x.shape, filter.shape, attributes)) {
    const images = imagesOf(call, x.shape, y.shape, kh * kw)
    call.run(
      'depthwise',
      images.map(({ count, fromX, fromY }) => {
        const [, ...rest] = depthwiseOf(geometry)
        return [x.address + fromX, filter.address, bias, y.address + fromY, count, ...rest]
      }),
    )
  } else if (isGroupedDirect('forward', x.shape, filter.shape, y.shape, attributes)) {
    groupedConv2d(call, { x, filter, y, bias }, attributes)
  } else {
    const { groups } = attributes
    const product = { rows: windowsOf(y.shape), columns: out / groups, depth: kh * kw * perGroup, count: groups }
    call.run(
      'conv',
      partsOf(call, product).map((part) => [
        ...[x.address, filter.address, bias, y.address],
        ...[...geometry, groups, ...part],
      ]),
      call.module.convScratch(kh, kw, x.shape[3] ?? 0, out, groups),
    )
  }
  return y
}

export const conv2dInputGradient: WasmKernel<ConvAttributes & { readonly inputShape: Shape }> = (call, attributes) =>
  inputGradient(call, call.input('dy'), call.input('filter'), attributes, attributes.inputShape)

export const conv2dFilterGradient: WasmKernel<ConvAttributes & { readonly filterShape: Shape }> = (call, attributes) =>
  filterGradient(call, call.input('x'), call.input('dy'), attributes, attributes.filterShape)

export function inputGradient(
  call: Call,
  dy: Operand,
  filter: Operand,
  attributes: ConvAttributes,
  inputShape: Shape,
): Operand {
  const dx = call.output(inputShape)
  const [kh = 0, kw = 0, perGroup = 0, out = 0] = filter.shape
  const [batch = 0, height = 0, width = 0, channels = 0] = inputShape
  const geometry = geometryOf(inputShape, filter.shape, dy.shape, attributes)
  const winograd = winogradOf(inputShape, filter.shape, attributes)
  if (winograd) winogradInputGradient(call, winograd, { dy, filter, dx }, attributes.pads)
  else if (isDepthwise(inputShape, filter.shape, attributes)) {
    const images = imagesOf(call, inputShape, dy.shape, kh * kw)
    call.run(
      'depthwiseInputGradient',
      images.map(({ count, fromX, fromY }) => {
        const [, ...rest] = depthwiseOf(geometry)
        return [dy.address + fromY, filter.address, dx.address + fromX, count, ...rest]
      }),
      call.module.depthwiseScratch(kh, kw, channels),
    )
  } else if (isGroupedDirect('input', inputShape, filter.shape, dy.shape, attributes)) {
    groupedInputGradient(call, { dy, filter, dx }, attributes)
  } else {
    const { strides, groups } = attributes
    const everywhere = strides[0] === 1 && strides[1] === 1
    const product = { rows: batch * height * width, columns: perGroup, depth: (kh * kw * out) / groups, count: groups }
    const scattered = (): number[][] => {
      const threads = call.threadsFor(nanosecondsOf({ ...product, rows: windowsOf(dy.shape) }))
      return ranges(batch, threads).map(([from, to]) => [from, to, 0, perGroup])
    }
    call.run(
      'convInputGradient',
      (everywhere ? partsOf(call, product) : scattered()).map((part) => [
        ...[dy.address, filter.address, dx.address],
        ...[...geometry, groups, ...part],
      ]),
      call.module.convInputGradientScratch(kh, kw, channels, out, ...strides, groups),
    )
  }
  return dx
}

export function filterGradient(
  call: Call,
  x: Operand,
  dy: Operand,
  attributes: ConvAttributes,
  filterShape: Shape,
): Operand {
  const dfilter = call.output(filterShape)
  const [kh = 0, kw = 0, perGroup = 0, out = 0] = filterShape
  const channels = x.shape[3] ?? 0
  const geometry = geometryOf(x.shape, filterShape, dy.shape, attributes)
  const winograd = winogradOf(dy.shape, filterShape, attributes)
  if (winograd) {
    winogradFilterGradient(call, winograd, { x, dy, dfilter }, attributes.pads)
    return dfilter
  }
  if (isDepthwise(x.shape, filterShape, attributes)) {
    const size = kh * kw * channels
    // The parts are the same on any number of threads, and so is the sum.
    const images = imagesOf(call, x.shape, dy.shape, kh * kw, PARTS)
    const sums = call.scratch(2 * size * images.length)
    call.run(
      'depthwiseFilterGradientPart',
      images.map(({ count, fromX, fromY }, i) => {
        const [, ...rest] = depthwiseOf(geometry)
        return [x.address + fromX, dy.address + fromY, count, ...rest, sums + 8 * size * i]
      }),
    )
    call.module.depthwiseFilterGradientTotal(sums, images.length, dfilter.address, size)
    return dfilter
  }
  if (isGroupedDirect('filter', x.shape, filterShape, dy.shape, attributes)) {
    groupedFilterGradient(call, { x, dy, dfilter }, attributes)
    return dfilter
  }
  const { groups } = attributes
  const windows = windowsOf(dy.shape)
  const cells = kh * kw * perGroup
  const size = cells * out
  const turned = !isPointwise(x.shape, filterShape, dy.shape, attributes)
  const product = turned
    ? { rows: out / groups, columns: cells, depth: windows, count: groups }
    : { rows: perGroup, columns: out / groups, depth: windows, count: groups }
  // A small filter is taken over parts of the windows, which are the same on any number of threads.
  const inParts = size <= SMALL_FILTER && windows >= MANY_WINDOWS
  const parts: readonly (readonly number[])[] = inParts
    ? ranges(windows, PARTS, 256).map((range) => [0, product.rows, 0, product.columns, ...range])
    : partsOf(call, product).map((part) => [...part, 0, windows])
  const copies = inParts ? parts.length : 1
  const aside = turned || copies > 1 ? call.scratch(size * copies) : 0
  call.run(
    'convFilterGradient',
    parts.map((part, i) => {
      const own = aside + (inParts ? 4 * size * i : 0)
      const to = turned ? [dfilter.address] : [aside === 0 ? dfilter.address : own]
      return [x.address, dy.address, ...to, ...geometry, groups, ...part, turned ? own : 0]
    }),
    call.module.convFilterGradientScratch(
      kh,
      kw,
      channels,
      out,
      groups,
      inParts ? 256 * Math.ceil(windows / PARTS / 256) : windows,
    ),
  )
  if (turned) call.module.turnGradient(aside, copies, dfilter.address, cells, out, groups)
  else if (copies > 1) call.module.addParts(aside, copies, size, dfilter.address)
  return dfilter
}

/** Parts that a sum is taken in, where it is taken in parts. */
const PARTS = 8
/** Floats of a filter whose gradient is taken over parts of the windows: dividing the filter would pack much twice. */
const SMALL_FILTER = 1 << 15
const MANY_WINDOWS = 4096

/** A matrix product, `count` times. */
interface Product {
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly count: number
}

/** What a product takes on one thread. */
function nanosecondsOf({ rows, columns, depth, count }: Product): number {
  return (rows * columns * depth * count) / 20
}

/** The parts of a product, one for each thread that it is worth. */
function partsOf(call: Call, product: Product): number[][] {
  return productParts(product.rows, product.columns, call.threadsFor(nanosecondsOf(product)))
}

interface Images {
  readonly count: number
  /** Bytes from the first image to these. */
  readonly fromX: number
  readonly fromY: number
}

/** The images of a batch, divided among the threads or into a given number of parts. */
function imagesOf(call: Call, x: Shape, y: Shape, cells: number, parts?: number): Images[] {
  const [batch = 0] = x
  const threads = parts ?? call.threadsFor((sizeOf(y) * cells) / 8)
  const bytes = (shape: Shape): number => 4 * sizeOf(shape.slice(1))
  return ranges(batch, threads).map(([from, to]) => ({
    count: to - from,
    fromX: from * bytes(x),
    fromY: from * bytes(y),
  }))
}

function windowsOf(y: Shape): number {
  return sizeOf(y.slice(0, 3))
}

/** A filter of one cell that visits every pixel. */
function isPointwise(x: Shape, filter: Shape, y: Shape, { strides, pads }: ConvAttributes): boolean {
  const still = strides[0] === 1 && strides[1] === 1 && pads[0] === 0 && pads[2] === 0
  return still && filter[0] === 1 && filter[1] === 1 && x[1] === y[1] && x[2] === y[2]
}

/** Every channel by a filter of its own: not worth a matrix product. */
function isDepthwise(x: Shape, filter: Shape, { groups }: ConvAttributes): boolean {
  return groups > 1 && groups === x[3] && groups === filter[3]
}

/** What the module asks of a convolution, in its order. */
function geometryOf(x: Shape, filter: Shape, y: Shape, { strides, pads, dilations }: ConvAttributes): number[] {
  const [kh = 0, kw = 0, , out = 0] = filter
  const [, down = 0, across = 0] = y
  return [...x, kh, kw, out, down, across, ...strides, pads[0], pads[2], ...dilations]
}

/** The same without the number of channels that come out. */
function depthwiseOf(geometry: readonly number[]): number[] {
  return geometry.toSpliced(6, 1)
}
