import type { Rectangle } from '@clas/augment'
import { cropPixels } from '../crop-pixels.ts'
import type { DecodedPixels, DecodeRequest, ImageDecoder } from '../image-decoder.ts'
import type { ImageFileInfo } from '../image-file-info.ts'
import type { Allocate } from '../to-rgb.ts'
import { type Handle, loadTurboJpeg, type TurboJpeg } from './load-turbo-jpeg.ts'

/** Of the parameters that `tj3Get` knows. */
const PARAMETER = { subsampling: 4, width: 5, height: 6 } as const
const DECOMPRESS = 1
const FORMAT = { rgb: 0, cmyk: 11 } as const
/**
 * How the texts of warnings begin, after which all pixels are there; that the file is whole has been seen before. The
 * library's own code for it also stands after an error that a warning came before.
 */
const WARNING =
  /^(Corrupt JPEG data|Inconsistent progression|Invalid SOS parameters|Premature end|Unknown Adobe|Warning:)/
/** The region that stands for the whole picture. */
const EVERYTHING = { x: 0, y: 0, w: 0, h: 0 } as const
/** Pixels across that are coded together, by subsampling: 4:4:4, 4:2:2, 4:2:0, grey, 4:4:0, 4:1:1, 4:4:1. */
const UNIT_WIDTHS = [8, 16, 16, 8, 8, 32, 8] as const

/** Memory for parts of pictures, up to so many bytes, is kept for the next. */
const KEPT = 2 ** 25

/** Decodes JPEG by libjpeg-turbo, on the calling thread. Throws when the library can't be loaded. */
export async function turboJpegDecoder(): Promise<ImageDecoder> {
  const library = await loadTurboJpeg()
  let kept = new Uint8Array()
  const scratch: Allocate = (length) => {
    const memory = kept.length < length ? new Uint8Array(length) : kept.subarray(0, length)
    if (length <= KEPT && length > kept.length) kept = memory
    return memory
  }
  return {
    format: 'jpeg',
    library: '@julusian/jpeg-turbo',
    reduces: true,
    decode(bytes, info, request) {
      // A decompressor keeps tables: one used before would lend them to a file whose own are damaged.
      const handle = library.init(DECOMPRESS)
      try {
        return decode({ library, handle, scratch }, bytes, info, request)
      } finally {
        library.destroy(handle)
      }
    },
  }
}

interface Decompressor {
  readonly library: TurboJpeg
  readonly handle: Handle
  readonly scratch: Allocate
}

function decode(
  { library, handle, scratch }: Decompressor,
  bytes: Uint8Array,
  info: ImageFileInfo,
  { reduction, region, allocate }: DecodeRequest,
): DecodedPixels {
  const check = (status: number): void => {
    if (status === 0) return
    const text = library.errorText(handle)
    if (!WARNING.test(text)) throw new Error(text)
  }
  check(library.readHeader(handle, bytes, bytes.length))
  const [width, height] = [library.get(handle, PARAMETER.width), library.get(handle, PARAMETER.height)]
  // The memory is measured by our reading of the header.
  if (width !== info.width || height !== info.height) throw new Error(`two sizes, the second ${width}×${height}`)
  check(library.setScale(handle, { num: 1, denom: reduction }))
  const whole = { left: 0, top: 0, width: Math.ceil(width / reduction), height: Math.ceil(height / reduction) }
  const unit = UNIT_WIDTHS[library.get(handle, PARAMETER.subsampling)]
  const part = region && unit ? widened(region, Math.ceil(unit / reduction), whole.width) : whole
  check(
    library.setRegion(
      handle,
      part === whole ? EVERYTHING : { x: part.left, y: part.top, w: part.width, h: part.height },
    ),
  )
  const cmyk = info.colour === 'cmyk'
  const channels = cmyk ? 4 : 3
  const fresh: Allocate = (length) => new Uint8Array(length)
  const own = cmyk ? fresh : allocate
  const data = (region ? scratch : own)(part.width * part.height * channels)
  check(library.decode(handle, bytes, bytes.length, data, 0, cmyk ? FORMAT.cmyk : FORMAT.rgb))
  const pixels = { data, width: part.width, height: part.height, channels, cmyk } as const
  if (!region) return pixels
  const inside = { ...region, left: region.left - part.left, top: region.top - part.top }
  return { ...cropPixels(pixels, inside, own), cropped: true }
}

/**
 * A region that begins where a unit does, and one unit more on both sides: colour has fewer pixels, and between them its
 * neighbours count.
 */
function widened({ left, top, width, height }: Rectangle, unit: number, whole: number): Rectangle {
  const start = Math.max(0, Math.floor(left / unit) - 1) * unit
  return { left: start, top, width: Math.min(whole, left + width + unit) - start, height }
}
