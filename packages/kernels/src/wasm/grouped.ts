import type { ConvAttributes, Shape } from '../contract.ts'
import { type Call, type Operand, ranges, sizeOf } from './call.ts'

/** The output of a convolution, the gradient of its input, that of its filter. */
export type Pass = 'forward' | 'input' | 'filter'

/**
 * Whether a convolution is better done straight from the picture than by matrix products, which spend their time on
 * packing where a group, or a picture that is not divided into groups, has few channels. The limits are measured.
 */
export function isGroupedDirect(
  pass: Pass,
  x: Shape,
  [kh = 0, kw = 0, perGroup = 0, out = 0]: Shape,
  y: Shape,
  { strides, groups }: ConvAttributes,
): boolean {
  const groupOut = out / groups
  const pointwise = kh * kw === 1
  const fewIn = perGroup <= 4 && !pointwise
  if ((groups === 1 && pointwise) || Math.max(perGroup, groupOut) > (fewIn ? 128 : 64)) return false
  const [, down = 0, across = 0] = y
  if (pass === 'filter') {
    const windows = down * across
    if (windows < 16) return groupOut <= windows
    return fewIn || groupOut <= (pointwise ? 32 : 40)
  }
  const forward = pass === 'forward'
  const pixels = forward ? across : Math.ceil((x[2] ?? 0) / strides[1])
  const most = mostColumns(pixels)
  const columns = forward ? groupOut : perGroup
  if (pointwise) return columns <= Math.min(most, forward ? 8 : 4)
  if (forward && fewIn && most > 8) return true
  const still = strides[0] === 1 && strides[1] === 1
  return columns <= (still ? most : Math.min(most, Math.max(8, most - 8)))
}

/**
 * For how many channels that come out it is worth it with so many pixels a line. They are taken in eights, what is left
 * of two lines in fours.
 */
function mostColumns(pixels: number): number {
  if (pixels < 4) return pixels > 1 ? 4 : 0
  const rest = pixels % 8
  const filled = pixels / (pixels - rest + (rest === 0 ? 0 : rest <= 4 ? 4 : 8))
  const limits = [
    [0.95, 40],
    [0.85, 24],
    [0.7, 16],
  ] as const
  return limits.find(([least]) => filled >= least)?.[1] ?? 8
}

interface Operands {
  readonly x: Operand
  readonly filter: Operand
  readonly y: Operand
}

/** y = x * filter + bias; the bias is an address, 0 where there is none. */
export function groupedConv2d(
  call: Call,
  { x, filter, y, bias }: Operands & { readonly bias: number },
  attributes: ConvAttributes,
): void {
  const [batch = 0, down = 0] = y.shape
  const geometry = geometryOf(x.shape, filter.shape, y.shape, attributes)
  const packed = packFilter(call, filter, attributes, false)
  call.run(
    'grouped',
    ranges(batch * down, call.threadsFor(nanosecondsOf(filter.shape, y.shape))).map((lines) => [
      ...[x.address, packed, bias, y.address, ...geometry, ...lines],
    ]),
    call.module.groupedScratch(...geometry),
  )
}

/** The gradient dx with respect to the input. */
export function groupedInputGradient(
  call: Call,
  { dy, filter, dx }: { readonly dy: Operand; readonly filter: Operand; readonly dx: Operand },
  attributes: ConvAttributes,
): void {
  const [batch = 0, height = 0] = dx.shape
  const geometry = geometryOf(dx.shape, filter.shape, dy.shape, attributes)
  const packed = packFilter(call, filter, attributes, true)
  const lines = batch * Math.ceil(height / attributes.strides[0])
  call.run(
    'groupedInputGradient',
    ranges(lines, call.threadsFor(nanosecondsOf(filter.shape, dy.shape))).map((range) => [
      ...[dy.address, packed, dx.address, ...geometry, ...range],
    ]),
    call.module.groupedInputScratch(...geometry),
  )
}

/** The gradient with respect to the filter. */
export function groupedFilterGradient(
  call: Call,
  { x, dy, dfilter }: { readonly x: Operand; readonly dy: Operand; readonly dfilter: Operand },
  attributes: ConvAttributes,
): void {
  const [batch = 0, down = 0] = dy.shape
  const geometry = geometryOf(x.shape, dfilter.shape, dy.shape, attributes)
  const { groups } = attributes
  const size = sizeOf(dfilter.shape)
  // Groups stay together that the module takes a band of lines of. Where that makes few shares the lines are divided as
  // well, and into the same parts on any number of threads.
  const together = Math.ceil((TOGETHER * groups) / Math.min(x.shape[3] ?? 0, dfilter.shape[3] ?? 0))
  const shares = ranges(groups, PARTS, together)
  const parts = ranges(batch * down, Math.ceil(PARTS / shares.length))
  const sums = parts.length === 1 ? dfilter.address : call.scratch(size * parts.length)
  call.run(
    'groupedFilterGradient',
    parts.flatMap((lines, i) =>
      shares.map((share) => [x.address, dy.address, sums + 4 * size * i, ...geometry, ...share, ...lines]),
    ),
    call.module.groupedFilterScratch(...geometry),
  )
  if (parts.length > 1) call.run('addParts', [[sums, parts.length, size, dfilter.address]])
}

/** Jobs that the gradient of a filter is divided into, and channels that stay together. */
const PARTS = 8
const TOGETHER = 128

/** The address of the filter as the module's direct kernels read it. */
function packFilter(call: Call, { shape, address }: Operand, { groups }: ConvAttributes, turned: boolean): number {
  const [kh = 0, kw = 0, perGroup = 0, out = 0] = shape
  const cells = kh * kw
  const groupOut = out / groups
  const [rows, columns] = turned ? [groupOut, perGroup] : [perGroup, groupOut]
  const packed = call.scratch(call.module.groupedFilterSize(cells, rows, columns, groups))
  call.run(
    'packGroupedFilter',
    ranges(groups, call.threadsFor(cells * perGroup * out)).map((share) => [
      ...[address, packed, cells, perGroup, groupOut, groups, Number(turned), ...share],
    ]),
  )
  return packed
}

/** What a convolution takes on one thread. */
function nanosecondsOf(
  [kh = 0, kw = 0, perGroup = 0]: Shape,
  [batch = 0, down = 0, across = 0, out = 0]: Shape,
): number {
  return (batch * down * across * out * kh * kw * perGroup) / 20
}

/** What the module asks of a convolution, in its order. */
function geometryOf(x: Shape, filter: Shape, y: Shape, { strides, pads, dilations, groups }: ConvAttributes): number[] {
  const [kh = 0, kw = 0, , out = 0] = filter
  const [, down = 0, across = 0] = y
  return [...x.slice(1), kh, kw, out, down, across, ...strides, pads[0], pads[2], ...dilations, groups]
}
