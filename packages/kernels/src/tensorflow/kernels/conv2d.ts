import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttributes, convShape, type Shape } from '../../contract.ts'
import type { Attributes } from '../runtime.ts'
import type { Executor } from './executor.ts'
import { withBias } from './mat-mul.ts'
import { isEmpty, type Padding, padded, paddedShape, paddingAttributes, paddingOf, unpadded } from './padding.ts'
import type { Kernel, Scope } from './scope.ts'
import { concatenate, split } from './shapes.ts'

/** ClasConv2D */
export const conv2d: Kernel<'x' | 'filter', ConvAttributes, 'bias'> = (scope, { x, filter, bias }, attributes) =>
  withBias(scope, convolve(scope, x, filter, attributes), bias)

/** ClasConv2DInputGradient */
export const conv2dInputGradient: Kernel<'dy' | 'filter', ConvAttributes & { readonly inputShape: Shape }> = (
  scope,
  { dy, filter },
  attributes,
) => inputGradient(scope, dy, filter, attributes, attributes.inputShape)

/** ClasConv2DFilterGradient */
export const conv2dFilterGradient: Kernel<'x' | 'dy', ConvAttributes & { readonly filterShape: Shape }> = (
  scope,
  { x, dy },
  attributes,
) => filterGradient(scope, x, dy, attributes, attributes.filterShape)

/** y of a convolution without its bias. */
export function convolve(scope: Scope, x: TensorInfo, filter: TensorInfo, attributes: ConvAttributes): TensorInfo {
  const shape = convShape(x.shape, filter.shape, attributes)
  if (isEmpty(shape)) return scope.fill(shape, 0)
  const options = {
    ...stepsOf(attributes),
    ...paddingAttributes(paddingFor(x.shape, shape, filter.shape, attributes)),
  }
  return isDepthwise(x.shape, filter.shape, attributes)
    ? scope.op('DepthwiseConv2dNative', [x, scope.reshape(filter, depthwiseShape(filter.shape, attributes))], options)
    : scope.op('Conv2D', [x, filter], options)
}

/** dx of a convolution. */
export function inputGradient(
  scope: Scope,
  dy: TensorInfo,
  filter: TensorInfo,
  attributes: ConvAttributes,
  inputShape: Shape,
): TensorInfo {
  if (isEmpty(dy.shape)) return scope.fill(inputShape, 0)
  const padding = paddingFor(inputShape, dy.shape, filter.shape, attributes)
  const shape = paddedShape(inputShape, padding)
  const options = { ...stepsOf(attributes), padding: rule(padding) }
  const run = (operation: string, filter: TensorInfo, dy: TensorInfo, shape: Shape, options: Attributes): TensorInfo =>
    scope.op(operation, [scope.ints(shape), filter, dy], options)
  let dx: TensorInfo
  if (isDepthwise(inputShape, filter.shape, attributes)) {
    const taps = scope.reshape(filter, depthwiseShape(filter.shape, attributes))
    dx = run('DepthwiseConv2dNativeBackpropInput', taps, dy, shape, options)
  } else {
    dx = nativeOr(
      scope,
      'Conv2DBackpropInput',
      attributes,
      () => run('Conv2DBackpropInput', filter, dy, shape, options),
      () => {
        const { groups } = attributes
        const dense = { ...stepsOf({ ...attributes, dilations: [1, 1] }), padding: options.padding }
        const taps = dilated(scope, filter, attributes)
        const filters = parts(scope, taps, groups)
        const part = [...shape.slice(0, 3), (shape[3] as number) / groups]
        const dxs = parts(scope, dy, groups).map((dy, i) =>
          run('Conv2DBackpropInput', filters[i] as TensorInfo, dy, part, dense),
        )
        return join(scope, dxs)
      },
    )
  }
  return unpadded(scope, dx, padding, inputShape)
}

/** dfilter of a convolution. */
export function filterGradient(
  scope: Scope,
  x: TensorInfo,
  dy: TensorInfo,
  attributes: ConvAttributes,
  filterShape: Shape,
): TensorInfo {
  if (isEmpty(dy.shape)) return scope.fill(filterShape, 0)
  if (isPointwiseWithSteps(filterShape, attributes)) {
    return filterGradient(
      scope,
      everyStep(scope, x, dy.shape, attributes.strides),
      dy,
      { ...attributes, strides: [1, 1] },
      filterShape,
    )
  }
  const { x: picture, padding } = padded(scope, x, paddingFor(x.shape, dy.shape, filterShape, attributes))
  const options = { ...stepsOf(attributes), padding }
  const run = (operation: string, x: TensorInfo, dy: TensorInfo, shape: Shape, options: Attributes): TensorInfo =>
    scope.op(operation, [x, scope.ints(shape), dy], options)
  if (isDepthwise(x.shape, filterShape, attributes)) {
    const shape = depthwiseShape(filterShape, attributes)
    return scope.reshape(run('DepthwiseConv2dNativeBackpropFilter', picture, dy, shape, options), filterShape)
  }
  return nativeOr(
    scope,
    'Conv2DBackpropFilter',
    attributes,
    () => run('Conv2DBackpropFilter', picture, dy, filterShape, options),
    () => {
      const { groups } = attributes
      const dense = { ...stepsOf({ ...attributes, dilations: [1, 1] }), padding: options.padding }
      const part = dilatedShape([...filterShape.slice(0, 3), (filterShape[3] as number) / groups], attributes)
      const dys = parts(scope, dy, groups)
      const gradients = parts(scope, picture, groups).map((x, i) =>
        run('Conv2DBackpropFilter', x, dys[i] as TensorInfo, part, dense),
      )
      return undilated(scope, join(scope, gradients), attributes)
    },
  )
}

/** TensorFlow 2.21 writes beyond its memory in this gradient where the channels are few. */
function isPointwiseWithSteps([height, width]: Shape, { strides, pads }: ConvAttributes): boolean {
  return height === 1 && width === 1 && Math.max(...strides) > 1 && Math.max(...pads) === 0
}

/** The pixels of a picture that a filter of 1x1 with those strides reads to give a picture of the shape `y`. */
function everyStep(scope: Scope, x: TensorInfo, y: Shape, [down, across]: ConvAttributes['strides']): TensorInfo {
  const [batch = 0, , , channels = 0] = x.shape
  const end = [batch, ((y[1] as number) - 1) * down + 1, ((y[2] as number) - 1) * across + 1, channels]
  return scope.op('StridedSlice', [x, scope.ints([0, 0, 0, 0]), scope.ints(end), scope.ints([1, down, across, 1])])
}

function paddingFor(x: Shape, y: Shape, filter: Shape, { strides, pads, dilations }: ConvAttributes): Padding {
  return paddingOf(x, y, { size: [filter[0] as number, filter[1] as number], strides, pads, dilations })
}

function rule(padding: Padding): 'VALID' | 'SAME' {
  return typeof padding === 'string' ? padding : 'VALID'
}

function stepsOf({ strides, dilations }: Pick<ConvAttributes, 'strides' | 'dilations'>): Attributes {
  const steps = { strides: { ints: [1, ...strides, 1] } }
  return dilations[0] === 1 && dilations[1] === 1 ? steps : { ...steps, dilations: { ints: [1, ...dilations, 1] } }
}

/** TensorFlow's depthwise operations know one stride, and dilations not everywhere. */
function isDepthwise(x: Shape, filter: Shape, { groups, strides, dilations }: ConvAttributes): boolean {
  const plain = strides[0] === strides[1] && dilations[0] === 1 && dilations[1] === 1
  return plain && groups > 1 && groups === x[3] && filter[2] === 1
}

/** [height, width, 1, channels * multiplier] as [height, width, channels, multiplier]: in memory that is the same. */
function depthwiseShape([height = 0, width = 0, , out = 0]: Shape, { groups }: ConvAttributes): Shape {
  return [height, width, groups, out / groups]
}

/** Gradients that this TensorFlow has no groups or dilations for. */
const LACKING = new WeakMap<Executor, Set<string>>()

/** Groups and dilations are tried first: oneDNN and GPUs have them; TensorFlow without either stops with an error. */
function nativeOr(
  { executor }: Scope,
  operation: string,
  { groups, dilations }: ConvAttributes,
  native: () => TensorInfo,
  composed: () => TensorInfo,
): TensorInfo {
  if (groups === 1 && dilations[0] === 1 && dilations[1] === 1) return native()
  const kind = `${operation} ${groups > 1} ${dilations[0] > 1 || dilations[1] > 1}`
  const lacking = LACKING.get(executor) ?? new Set()
  LACKING.set(executor, lacking)
  if (lacking.has(kind)) return composed()
  try {
    return native()
  } catch {
    const result = composed()
    lacking.add(kind)
    return result
  }
}

/** Equal parts of the last axis. */
function parts(scope: Scope, x: TensorInfo, count: number): readonly TensorInfo[] {
  if (count === 1) return [x]
  const length = (x.shape[3] as number) / count
  return split(scope, x, new Array<number>(count).fill(length), 3)
}

function join(scope: Scope, parts: readonly TensorInfo[]): TensorInfo {
  return parts.length === 1 ? (parts[0] as TensorInfo) : concatenate(scope, parts, 3)
}

/** The shape of a filter with zeros between its taps. */
function dilatedShape([height = 0, width = 0, ...rest]: Shape, { dilations }: ConvAttributes): Shape {
  return [(height - 1) * dilations[0] + 1, (width - 1) * dilations[1] + 1, ...rest]
}

/** The filter with zeros between its taps. */
function dilated(scope: Scope, filter: TensorInfo, attributes: ConvAttributes): TensorInfo {
  const [down, across] = attributes.dilations
  if (down === 1 && across === 1) return filter
  const [height = 0, width = 0, channels = 0, out = 0] = filter.shape
  const apart = scope.reshape(filter, [height, 1, width, 1, channels, out])
  const pairs = scope.ints([0, 0, 0, down - 1, 0, 0, 0, across - 1, 0, 0, 0, 0], [6, 2])
  const spread = scope.reshape(scope.op('Pad', [apart, pairs]), [height * down, width * across, channels, out])
  return scope.op('Slice', [spread, scope.ints([0, 0, 0, 0]), scope.ints(dilatedShape(filter.shape, attributes))])
}

/** The taps of a filter that has zeros between them. */
function undilated(scope: Scope, filter: TensorInfo, { dilations }: ConvAttributes): TensorInfo {
  const [down, across] = dilations
  if (down === 1 && across === 1) return filter
  const ends = [scope.ints([0, 0, 0, 0]), scope.ints(filter.shape), scope.ints([down, across, 1, 1])]
  return scope.op('StridedSlice', [filter, ...ends])
}
