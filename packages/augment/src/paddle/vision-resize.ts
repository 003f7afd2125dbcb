import { checkInterpolation, type Interpolation, type ResizeBackend } from '../geometry/interpolation.ts'
import { resize } from '../geometry/resample.ts'
import type { ImageInfo } from '../image.ts'
import { type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link visionResize}. */
export interface VisionResizeOptions {
  /** A number: of the shorter side, in pixels; the aspect stays. [width, height]: exactly this size. */
  readonly size: Size
  /** `bilinear` unless told. */
  readonly interpolation?: Interpolation
  /** Whose conventions: OpenCV's, `cv2`, unless told, or Pillow's, `pil`. */
  readonly backend?: ResizeBackend
}

/**
 * Resizes a picture as Resize of paddle.vision and torchvision does: of the longer side, what is less than a pixel is cut
 * off, where `resizeImage` rounds. paddle.vision resizes arrays with OpenCV; torchvision resizes with the backend `pil`.
 * Works on 8-bit and float32 pictures of any number of channels.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1, or the backend doesn't have the interpolation
 * @example
 * ```ts
 * import { visionResize } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(visionResize({ size: 5 }).apply(photo, null).width) // 6
 * ```
 */
export function visionResize(options: VisionResizeOptions): Transform<null> {
  const [width, height] = sizeOption('Resize', options.size)
  const { interpolation = 'bilinear', backend = 'cv2' } = options
  checkInterpolation('Resize', interpolation, backend)
  const sizeOf = (info: ImageInfo): readonly [number, number] => {
    if (typeof options.size !== 'number') return [width, height]
    const longer = Math.floor((options.size * Math.max(info.width, info.height)) / Math.min(info.width, info.height))
    return info.width < info.height ? [options.size, longer] : [longer, options.size]
  }
  return defineTransform({
    name: 'Resize',
    options,
    sample: () => null,
    apply: (image) => resize(image, sizeOf(image), { interpolation, backend }),
    outputInfo: (info) => {
      const [newWidth, newHeight] = sizeOf(info)
      return { width: newWidth, height: newHeight, channels: info.channels }
    },
  })
}
