import { ClasError } from '@clas/core'
import { bytesOf } from '../color/bytes.ts'
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from '../color/enhance.ts'
import { autocontrast, equalize, grayscale, invert, posterize, solarize, solarizeAdd } from '../color/pixel-ops.ts'
import { colorOf, copyOf, fillRectangle } from '../erase/fill.ts'
import type { Fill } from '../fill.ts'
import { affine } from '../geometry/affine.ts'
import { rotate } from '../geometry/rotate.ts'
import type { WarpInterpolation } from '../geometry/warp-options.ts'
import type { Image } from '../image.ts'
import { pillowBlur } from './pillow-blur.ts'

/** The operations of all policies. */
export type Operation =
  | 'identity'
  | 'shearX'
  | 'shearY'
  | 'translateX'
  | 'translateY'
  | 'rotate'
  | 'brightness'
  | 'color'
  | 'contrast'
  | 'sharpness'
  | 'posterize'
  | 'solarize'
  | 'solarizeAdd'
  | 'autocontrast'
  | 'equalize'
  | 'invert'
  | 'desaturate'
  | 'gaussianBlur'
  | 'cutout'

/** What an operation draws besides its level. */
export interface StepDetail {
  /** Of a cutout, in pixels from the top left. */
  readonly center?: readonly [x: number, y: number]
  /** Where the policy draws the interpolation too. */
  readonly interpolation?: WarpInterpolation
}

/**
 * One operation as it was drawn, with its level in the operation's own unit:
 *
 * | operation | level |
 * | --- | --- |
 * | `shearX`, `shearY` | pixels to the left (up) per pixel down (to the right) |
 * | `translateX`, `translateY` | pixels to the left (up) |
 * | `rotate` | degrees, counter-clockwise |
 * | `brightness`, `color`, `contrast`, `sharpness` | the factor; 1 changes nothing |
 * | `posterize` | bits that stay, 0 to 8 |
 * | `solarize` | the lowest value that is inverted; 256 changes nothing |
 * | `solarizeAdd` | what is added to values below 128 |
 * | `desaturate` | 0 changes nothing, 1 makes grey |
 * | `gaussianBlur` | standard deviation in pixels |
 * | `cutout` | pixels from the centre to each edge |
 * | `autocontrast`, `equalize`, `invert`, `identity` | 0 |
 */
export type PolicyStep = readonly [operation: Operation, level: number, detail?: StepDetail]

/** How a policy shows the operations that look outside of the picture or between its pixels. */
export interface Rendering {
  readonly shear: WarpInterpolation
  readonly translate: WarpInterpolation
  readonly rotate: WarpInterpolation
  readonly fill: Fill
  /** Where turned pictures are filled with another value. */
  readonly rotateFill?: number
  /** Of the square that a cutout leaves. 0 unless told. */
  readonly cutoutFill?: number
}

/** {@link Rendering} for the channels of a picture. */
interface Prepared extends Omit<Rendering, 'fill' | 'rotateFill' | 'cutoutFill'> {
  readonly fill: readonly number[]
  readonly rotateFill: readonly number[]
  readonly cutoutFill: readonly number[]
}

type Run = (image: Image, level: number, rendering: Prepared, detail: StepDetail) => Image

const OPERATIONS: Readonly<Record<Operation, Run>> = {
  identity: (image) => image,
  shearX: (image, level, { shear, fill }, { interpolation = shear }) =>
    affine(image, [1, level, 0, 0, 1, 0], { interpolation, fill }),
  shearY: (image, level, { shear, fill }, { interpolation = shear }) =>
    affine(image, [1, 0, 0, level, 1, 0], { interpolation, fill }),
  translateX: (image, level, { translate, fill }, { interpolation = translate }) =>
    affine(image, [1, 0, level, 0, 1, 0], { interpolation, fill }),
  translateY: (image, level, { translate, fill }, { interpolation = translate }) =>
    affine(image, [1, 0, 0, 0, 1, level], { interpolation, fill }),
  rotate: (image, level, { rotate: usual, rotateFill }, { interpolation = usual }) =>
    rotate(image, level, { interpolation, fill: rotateFill }),
  brightness: (image, level) => adjustBrightness(image, level),
  color: (image, level) => adjustSaturation(image, level),
  contrast: (image, level) => adjustContrast(image, level),
  sharpness: (image, level) => adjustSharpness(image, level),
  posterize: (image, level) => posterize(image, level),
  solarize: (image, level) => solarize(image, level),
  solarizeAdd: (image, level) => solarizeAdd(image, level),
  autocontrast: (image) => autocontrast(image),
  equalize: (image) => equalize(image),
  invert: (image) => invert(image),
  desaturate: (image, level) => (level === 1 ? grayscale(image) : adjustSaturation(image, 1 - level)),
  gaussianBlur: (image, level) => pillowBlur(image, level),
  cutout: (image, level, { cutoutFill }, { center = [0, 0] }) => cutout(image, level, center, cutoutFill),
}

/**
 * Runs the operations of a list, one after another.
 *
 * @param policy - named in the errors
 * @throws `shape-mismatch` when the picture isn't one of 8 bits with 1, 3 or 4 channels, or the fill has another number of
 *   values
 */
export function applySteps(policy: string, image: Image, steps: readonly PolicyStep[], rendering: Rendering): Image {
  checkPicture(policy, image)
  const { fill, rotateFill = fill, cutoutFill = 0 } = rendering
  const prepared: Prepared = {
    ...rendering,
    fill: outsideOf(policy, fill, image.channels),
    rotateFill: outsideOf(policy, rotateFill, image.channels),
    cutoutFill: colorOf(policy, cutoutFill, image.channels),
  }
  return steps.reduce(
    (current, [operation, level, detail = {}]) => OPERATIONS[operation](current, level, prepared, detail),
    image,
  )
}

/** Throws `shape-mismatch` unless the picture is one that the operations can change. */
export function checkPicture(policy: string, image: Image): void {
  bytesOf(policy, image)
  if ([1, 3, 4].includes(image.channels)) return
  throw new ClasError('shape-mismatch', `${policy}: needs a picture of 1, 3 or 4 channels, found ${image.channels}`, {
    policy,
    expected: [1, 3, 4],
    found: image.channels,
  })
}

/** One value per channel. Grey gets the mean of a colour; what lies outside of a picture with alpha is transparent. */
function outsideOf(policy: string, fill: Fill, channels: number): readonly number[] {
  if (channels === 1 && typeof fill !== 'number' && fill.length === 3) {
    return [Math.round(fill.reduce((sum, value) => sum + value, 0) / 3)]
  }
  const color = colorOf(policy, fill, channels)
  return channels === 4 ? [...color, 0] : color
}

/** Fills a square about a centre, cut at the picture's edges. */
function cutout(image: Image, reach: number, [x, y]: readonly [number, number], fill: readonly number[]): Image {
  const left = Math.max(0, x - reach)
  const top = Math.max(0, y - reach)
  const width = Math.min(image.width, x + reach) - left
  const height = Math.min(image.height, y + reach) - top
  const out = copyOf(image)
  fillRectangle(out, { left, top, width, height }, fill)
  return out
}
