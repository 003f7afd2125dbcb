import { IMAGENET_MEAN, IMAGENET_STD, type ImageInfo, type NormalizeImageOptions, type Transform } from '@clas/augment'
import { ClasError } from '@clas/core'
import {
  add,
  concat,
  div,
  gather,
  mul,
  reverse,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor4d,
  where,
} from '@tensorflow/tfjs-core'

/** A step of a pipeline on a whole batch: [batch, height, width, channels], and what was drawn for each picture. */
export type DeviceOperation = (images: Tensor4D, step: Transform, parameters: readonly unknown[]) => Tensor4D

/** By the names of transforms. */
export const DEVICE_OPERATIONS: Readonly<Record<string, DeviceOperation>> = {
  NormalizeImage(images, step) {
    const { scale = 1 / 255, mean = IMAGENET_MEAN, std = IMAGENET_STD } = optionsOf<NormalizeImageOptions>(step)
    const [, , , channels] = images.shape
    const perChannel = (values: number | readonly number[]): Tensor =>
      tensor1d(typeof values === 'number' ? new Array<number>(channels).fill(values) : [...values])
    return div(sub(mul(images, Math.fround(scale)), perChannel(mean)), perChannel(std))
  },

  RandFlipImage(images, step, parameters) {
    const { flipCode = 1 } = optionsOf<{ readonly flipCode?: 1 | 0 | -1 }>(step)
    const flips = (parameters as readonly { readonly flip: boolean }[]).map(({ flip }) => Number(flip))
    const axes = [...(flipCode === 1 ? [] : [1]), ...(flipCode === 0 ? [] : [2])]
    const chosen = tensor4d(flips, [flips.length, 1, 1, 1], 'bool')
    return where(chosen, reverse(images, axes), images) as Tensor4D
  },

  CropImage(images, step) {
    const [, height, width] = images.shape
    const size = sizeAfter(images, step, null)
    return crop(images, Math.floor((width - size.width) / 2), Math.floor((height - size.height) / 2), size)
  },

  RandomCropImage: cropEach,
  RandCropImageV2: cropEach,
}

/** λ · own + (1 - λ) · other, of pictures or labels. */
export function mixTensors<T extends Tensor>(values: T, lambda: number, order: readonly number[]): T {
  const others = gather(values, tensor1d([...order], 'int32'))
  return add(mul(values, lambda), mul(others, 1 - lambda))
}

/** Each picture from a place of its own. */
function cropEach(images: Tensor4D, step: Transform, parameters: readonly unknown[]): Tensor4D {
  const places = parameters as readonly { readonly left: number; readonly top: number }[]
  const { width, height, channels } = sizeAfter(images, step, places[0])
  return concat(places.map(({ left, top }, i) => slice(images, [i, top, left, 0], [1, height, width, channels])))
}

function crop(images: Tensor4D, left: number, top: number, { width, height, channels }: ImageInfo): Tensor4D {
  return slice(images, [0, top, left, 0], [images.shape[0], height, width, channels])
}

function sizeAfter(images: Tensor4D, step: Transform, parameters: unknown): ImageInfo {
  const [, height, width, channels] = images.shape
  const size = step.outputInfo?.({ width, height, channels }, parameters) ?? { width, height, channels }
  if (size.width <= width && size.height <= height) return size
  throw new ClasError(
    'shape-mismatch',
    `${step.name}: a crop of ${size.width}×${size.height} is larger than the pictures of ${width}×${height}; ` +
      "resize them in the loader's transform",
    { step: step.name, expected: [size.height, size.width], found: [height, width] },
  )
}

function optionsOf<Options>(step: Transform): Options {
  return (step.describe?.().options ?? {}) as Options
}
