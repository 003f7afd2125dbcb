import type {
  CropAndResizeAttrs,
  NonMaxSuppressionV3Attrs,
  NonMaxSuppressionV4Attrs,
  NonMaxSuppressionV5Attrs,
  ResizeBilinearAttrs,
  TensorInfo,
  TransformAttrs,
} from '@tensorflow/tfjs-core'
import { type ResizeAttributes, resizeShape, type Shape } from '../../contract.ts'
import type { Attributes } from '../runtime.ts'
import { floating } from './elementwise.ts'
import { isEmpty } from './padding.ts'
import type { AnyKernel, Kernel } from './scope.ts'

const places = (alignCorners: boolean, halfPixels: boolean): Attributes => ({
  align_corners: alignCorners,
  half_pixel_centers: halfPixels,
})

/** ClasResizeBilinear */
export const resizeBilinear: Kernel<'x', ResizeAttributes> = (scope, { x }, attributes) => {
  const { size, alignCorners } = attributes
  const shape = resizeShape(x.shape, attributes)
  if (isEmpty(shape)) return scope.fill(shape, 0)
  return scope.op('ResizeBilinear', [x, scope.ints(size)], places(alignCorners, !alignCorners))
}

/** ClasResizeBilinearGradient */
export const resizeBilinearGradient: Kernel<'dy', ResizeAttributes & { readonly inputShape: Shape }> = (
  scope,
  { dy },
  { alignCorners, inputShape },
) => {
  const like = scope.fill(inputShape, 0) // only its shape counts
  if (isEmpty(dy.shape)) return like
  return scope.op('ResizeBilinearGrad', [dy, like], places(alignCorners, !alignCorners))
}

const tfjsResize =
  (operation: string): Kernel<'images', ResizeBilinearAttrs> =>
  (scope, { images }, { size, alignCorners, halfPixelCenters }) =>
    scope.op(operation, [images, scope.ints(size)], places(alignCorners, halfPixelCenters))

const tfjsBilinearGrad: Kernel<'dy' | 'images', ResizeBilinearAttrs> = (
  scope,
  { dy, images },
  { alignCorners, halfPixelCenters },
) => scope.op('ResizeBilinearGrad', [dy, floating(scope, images)], places(alignCorners, halfPixelCenters ?? false))

const tfjsNearestGrad: Kernel<'dy' | 'images', ResizeBilinearAttrs> = (
  scope,
  { dy, images },
  { alignCorners, halfPixelCenters },
) => {
  const size = scope.ints(images.shape.slice(1, 3))
  return scope.op('ResizeNearestNeighborGrad', [dy, size], places(alignCorners, halfPixelCenters ?? false))
}

const cropAndResize: Kernel<'image' | 'boxes' | 'boxInd', CropAndResizeAttrs> = (
  scope,
  { image, boxes, boxInd },
  { cropSize, method, extrapolationValue },
) =>
  scope.op('CropAndResize', [image, boxes, boxInd, scope.ints(cropSize)], {
    method,
    extrapolation_value: { float: extrapolationValue },
  })

const transform: Kernel<'image' | 'transforms', TransformAttrs> = (scope, { image, transforms }, attributes) => {
  const { interpolation, fillMode, fillValue, outputShape } = attributes
  const size = scope.ints(outputShape ?? image.shape.slice(1, 3))
  return scope.op('ImageProjectiveTransformV3', [image, transforms, size, scope.float(fillValue)], {
    interpolation: interpolation.toUpperCase(),
    fill_mode: fillMode.toUpperCase(),
  })
}

const suppress3: Kernel<'boxes' | 'scores', NonMaxSuppressionV3Attrs> = (scope, { boxes, scores }, attributes) => {
  const { maxOutputSize, iouThreshold, scoreThreshold } = attributes
  const limits = [scope.int(maxOutputSize), scope.float(iouThreshold), scope.float(scoreThreshold)]
  return scope.op('NonMaxSuppressionV3', [boxes, scores, ...limits])
}

const suppress4: Kernel<'boxes' | 'scores', NonMaxSuppressionV4Attrs> = (scope, { boxes, scores }, attributes) => {
  const { maxOutputSize, iouThreshold, scoreThreshold, padToMaxOutputSize } = attributes
  const limits = [scope.int(maxOutputSize), scope.float(iouThreshold), scope.float(scoreThreshold)]
  const options = { pad_to_max_output_size: padToMaxOutputSize }
  return scope.run('NonMaxSuppressionV4', [boxes, scores, ...limits], options, 2)
}

const suppress5: Kernel<'boxes' | 'scores', NonMaxSuppressionV5Attrs> = (scope, { boxes, scores }, attributes) => {
  const { maxOutputSize, iouThreshold, scoreThreshold, softNmsSigma } = attributes
  const limits = [scope.int(maxOutputSize), ...[iouThreshold, scoreThreshold, softNmsSigma].map((v) => scope.float(v))]
  const [indices, kept] = scope.run('NonMaxSuppressionV5', [boxes, scores, ...limits], {}, 3)
  return [indices as TensorInfo, kept as TensorInfo]
}

export const IMAGES: Readonly<Record<string, AnyKernel>> = {
  ResizeBilinear: tfjsResize('ResizeBilinear'),
  ResizeBilinearGrad: tfjsBilinearGrad,
  ResizeNearestNeighbor: tfjsResize('ResizeNearestNeighbor'),
  ResizeNearestNeighborGrad: tfjsNearestGrad,
  CropAndResize: cropAndResize,
  Transform: transform,
  NonMaxSuppressionV3: suppress3,
  NonMaxSuppressionV4: suppress4,
  NonMaxSuppressionV5: suppress5,
}
