import type { Image, ImageInfo, Rectangle } from '@clas/augment'
import { decodeImage } from '../decode/decode-image.ts'
import { readImageInfo } from '../decode/read-image-info.ts'
import { isSideways } from '../decode/turn-upright.ts'
import { readItem } from '../sources/read-item.ts'
import type { SourceItem } from '../sources/source.ts'
import { readBytes } from './read-bytes.ts'

/** How a picture is loaded. */
interface LoadOptions {
  /** What errors call the picture. */
  readonly name: string
  /** Is told the size, and says which part is needed; undefined for all. Not asked where the pixels aren't encoded. */
  readonly choose: (size: ImageInfo) => Rectangle | undefined
  /** Seconds are added to these. */
  readonly times: { read: number; decode: number }
}

/** Reads and decodes a picture, or a part of it. What it returns may be overwritten by the next call. */
export type PictureLoader = (item: SourceItem, options: LoadOptions) => Promise<Image>

/** Makes a loader of pictures with memory of its own. */
export function createPictureLoader(): PictureLoader {
  let memory = new Uint8Array(0)
  /** Pictures are of different sizes: a little more is taken, so that it is taken rarely. */
  const allocate = (length: number): Uint8Array => {
    if (memory.length < length) memory = new Uint8Array(Math.ceil(length * 1.25))
    return memory
  }
  return async (item, { name, choose, times }) => {
    const begun = performance.now()
    if (item.kind === 'pixels') {
      const image = await readItem(item, name)
      times.read += (performance.now() - begun) / 1000
      return image
    }
    const bytes = await readBytes(item)
    const read = performance.now()
    times.read += (read - begun) / 1000
    const region = choose(uprightSize(bytes, name))
    const { maxPixels } = item
    const image = await decodeImage(bytes, {
      name,
      allocate,
      ...(maxPixels !== undefined && { maxPixels }),
      ...(region && { region }),
    })
    times.decode += (performance.now() - read) / 1000
    return image
  }
}

/** Of the picture as it is decoded: in RGB, and turned as EXIF says. */
function uprightSize(bytes: Uint8Array, name: string): ImageInfo {
  const { width, height, orientation } = readImageInfo(bytes, name)
  return isSideways(orientation) ? { width: height, height: width, channels: 3 } : { width, height, channels: 3 }
}
