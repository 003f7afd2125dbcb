import type { Image, Rectangle } from '@clas/augment'
import { ClasError, isClasError } from '@clas/core'
import { addedDecoders } from './added-decoders.ts'
import { damage } from './bounded-view.ts'
import { cropPixels } from './crop-pixels.ts'
import type { DecodeOptions } from './decode-options.ts'
import type { Inflate } from './formats/inflate.ts'
import { checkJpegBody } from './formats/jpeg-body.ts'
import { isJpegHeader } from './headers/jpeg-header.ts'
import type { DecodedPixels, DecodeRequest, ImageDecoder } from './image-decoder.ts'
import type { ImageFileInfo } from './image-file-info.ts'
import { corruptImage, describeStart, readHeader } from './read-image-info.ts'
import { srgbConversion } from './srgb-conversion.ts'
import { type Allocate, toRgb } from './to-rgb.ts'
import { isSideways, storedRectangle, turnUpright } from './turn-upright.ts'

/** What decoding needs of where it runs. */
export interface DecodingEnvironment {
  readonly chooseDecoder: (format: string, wanted: Wanted) => Promise<ImageDecoder>
  readonly inflate: Inflate
}

/** What a picture wants of its decoder. */
export interface Wanted {
  /** `every`: one that knows every profile, where there is one. `none`: one that converts nothing. */
  readonly profiles: 'every' | 'none' | 'any'
  /** One that can decode to fewer pixels, where there is one. */
  readonly reduces: boolean
}

const MAX_PIXELS = 100_000_000
/** The largest file, unless told. */
export const MAX_BYTES: number = 2 ** 28

/** Decodes a picture by the decoders of an environment: what `decodeImage` and `decodeBlob` have in common. */
export async function decodePicture(
  bytes: Uint8Array,
  options: DecodeOptions,
  environment: DecodingEnvironment,
): Promise<Image> {
  let info: ImageFileInfo | undefined
  try {
    checkBytes(bytes, options)
    info = readHeader(bytes) ?? damage('JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF', describeStart(bytes))
    checkPixels(bytes, info, options)
    return await decode(bytes, info, options, environment)
  } catch (cause) {
    if (isClasError(cause)) throw cause
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw corruptImage(options.name, bytes, reason, info, cause)
  }
}

function checkBytes(bytes: Uint8Array, { maxBytes = MAX_BYTES }: DecodeOptions): void {
  if (bytes.length > maxBytes) damage(`a file of at most ${maxBytes} bytes`, `${bytes.length}`)
}

function checkPixels(bytes: Uint8Array, info: ImageFileInfo, { maxPixels = MAX_PIXELS }: DecodeOptions): void {
  const { width, height } = info
  if (width * height > maxPixels) damage(`at most ${maxPixels} pixels`, `${width}×${height}`)
  if (isJpegHeader(info)) checkJpegBody(bytes, info, maxPixels)
}

async function decode(
  bytes: Uint8Array,
  info: ImageFileInfo,
  options: DecodeOptions,
  { chooseDecoder, inflate }: DecodingEnvironment,
): Promise<Image> {
  const { colour = 'srgb', orient = true, minimumSize } = options
  // The turn of AVIF is a part of the picture, not a note beside it.
  const orientation = orient || info.format === 'avif' ? info.orientation : 1
  const conversion = colour === 'srgb' ? await srgbConversion(info, inflate) : 'none'
  const special = conversion === 'tables' || info.colour === 'cmyk'
  const profiles = !special ? 'any' : colour === 'srgb' ? 'every' : 'none'
  const wanted = { profiles, reduces: minimumSize !== undefined } as const
  const added = addedDecoders().find(({ format }) => format === info.format)
  const decoder = added ?? (await chooseDecoder(info.format, wanted))
  const reduction = decoder.reduces ? reductionFor(options, info) : 1
  const size = { width: Math.ceil(info.width / reduction), height: Math.ceil(info.height / reduction) }
  const region = reducedRegion(options, info, orientation, reduction)
  const part = region && storedRectangle(region, orientation, size.width, size.height)

  // The caller's memory is for the last step alone.
  const fresh: Allocate = (length) => new Uint8Array(length)
  const last: Allocate = options.allocate ? (length) => memoryOf(options, length) : fresh
  const own = orientation === 1 ? last : fresh
  const decoded = await decoder.decode(bytes, info, { allocate: own, colour, reduction, ...(part && { region: part }) })
  checkSize(decoded, size, part)

  const rectangle = decoded.upright ? region : part
  const cropped = rectangle && !decoded.cropped ? cropPixels(decoded, rectangle, fresh) : decoded
  const data = toRgb(cropped, own)
  if (typeof conversion === 'function' && !decoded.srgb) conversion(data)
  const stored = { data, width: cropped.width, height: cropped.height, channels: 3 }
  return orientation === 1 || decoded.upright ? stored : turnUpright(stored, orientation, last)
}

function reductionFor({ region, minimumSize }: DecodeOptions, info: ImageFileInfo): DecodeRequest['reduction'] {
  const { width, height } = region ?? info
  if (minimumSize === undefined) return 1
  return ([8, 4, 2] as const).find((by) => Math.ceil(Math.min(width, height) / by) >= minimumSize) ?? 1
}

/** The region in pixels of the reduced picture: every one that has something of it. */
function reducedRegion(
  { region, name }: DecodeOptions,
  info: ImageFileInfo,
  orientation: number,
  reduction: number,
): Rectangle | undefined {
  if (!region) return undefined
  const { left, top, width, height } = region
  const [fullWidth, fullHeight] = isSideways(orientation) ? [info.height, info.width] : [info.width, info.height]
  const whole = [left, top, width, height].every(Number.isInteger)
  const inside = left >= 0 && top >= 0 && left + width <= fullWidth && top + height <= fullHeight
  if (!whole || !inside || width < 1 || height < 1)
    throw new ClasError(
      'bad-option',
      `region must be whole pixels inside ${name} of ${fullWidth}×${fullHeight}, found ${width}×${height} at (${left}, ${top})`,
      { file: name, region, width: fullWidth, height: fullHeight },
    )
  const [x, y] = [Math.floor(left / reduction), Math.floor(top / reduction)]
  const [right, bottom] = [Math.ceil((left + width) / reduction), Math.ceil((top + height) / reduction)]
  return { left: x, top: y, width: right - x, height: bottom - y }
}

function memoryOf({ allocate }: DecodeOptions, length: number): Uint8Array {
  const memory = allocate?.(length) ?? new Uint8Array(length)
  if (memory.length >= length) return memory.subarray(0, length)
  throw new ClasError('bad-option', `allocate must give at least ${length} bytes, found ${memory.length}`, { length })
}

/** A decoder that finds another size than the header says has read some other picture of the file. */
function checkSize(
  decoded: DecodedPixels,
  size: Pick<Rectangle, 'width' | 'height'>,
  part: Rectangle | undefined,
): void {
  const { width, height } = decoded.cropped && part ? part : size
  const sides = [decoded.width, decoded.height]
  const same = sides[0] === width && sides[1] === height
  const turned = decoded.upright === true && sides[0] === height && sides[1] === width
  if (!same && !turned) damage(`a picture of ${width}×${height}, as in the header`, sides.join('×'))
  const values = decoded.width * decoded.height * decoded.channels
  if (decoded.data.length !== values) damage(`${values} values from the decoder`, `${decoded.data.length}`)
}
