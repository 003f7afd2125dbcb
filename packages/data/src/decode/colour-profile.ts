import { BoundedView, Damage, damage } from './bounded-view.ts'

// ICC profiles that say by a curve per channel and a matrix what RGB values are (Display P3, Adobe RGB, most cameras),
// or by one curve what grey values are. Those made of tables (print profiles, scanners) are beyond this.

/** Changes RGB pixels, 3 bytes each, to sRGB in place. */
type ToSrgb = (pixels: Uint8Array) => void

/** `none` where the values are sRGB already, `tables` where the profile is more than curves and a matrix. */
export type Conversion = ToSrgb | 'none' | 'tables'

/** sRGB's primaries as columns of a matrix to XYZ, adapted to D50 as in every profile. */
const SRGB: Matrix = [0.43607, 0.38515, 0.14307, 0.22249, 0.71687, 0.06061, 0.01392, 0.09708, 0.7141]
/** Steps of a table from linear light to sRGB, so many that the steepest part is exact to a twentieth of a level. */
const STEPS = 65535

let srgbTable: Uint8Array | undefined

/**
 * Says how RGB or grey pixels of a profile become sRGB. A damaged profile counts as none, as in other programs.
 *
 * @param profile - the ICC profile
 * @param colour - what the picture's values are
 * @returns for grey, a function of grey as RGB
 */
export function conversionOf(profile: Uint8Array, colour: 'grey' | 'rgb' | 'cmyk'): Conversion {
  try {
    return read(profile, colour)
  } catch (error) {
    if (error instanceof Damage) return 'none'
    throw error
  }
}

function read(profile: Uint8Array, colour: 'grey' | 'rgb' | 'cmyk'): Conversion {
  const view = new BoundedView(profile, false)
  const space = view.ascii(16, 4)
  if (space !== { grey: 'GRAY', rgb: 'RGB ', cmyk: 'CMYK' }[colour]) return 'none' // it belongs to some other picture
  const tags = readTags(view)
  if (tags.has('A2B0') || space === 'CMYK') return 'tables'
  const tag = (name: string): BoundedView => tags.get(name) ?? damage(`the tag ${name}`, 'none')
  if (space === 'GRAY') {
    const curve = readCurve(tag('kTRC'))
    return conversion([curve, curve, curve], [1, 0, 0, 0, 1, 0, 0, 0, 1])
  }
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => readColour(tag(name)))
  const toXyz = [0, 1, 2].flatMap((row) => columns.map((column) => column[row] as number))
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => readCurve(tag(name)))
  return conversion(curves, multiply(inverse(SRGB), toXyz))
}

function readTags(view: BoundedView): Map<string, BoundedView> {
  const tags = new Map<string, BoundedView>()
  for (let i = Math.min(view.u32(128), 100) - 1; i >= 0; i--) {
    const entry = 132 + 12 * i
    tags.set(view.ascii(entry, 4), new BoundedView(view.slice(view.u32(entry + 4), view.u32(entry + 8)), false))
  }
  return tags
}

function readColour(view: BoundedView): number[] {
  return [8, 12, 16].map((at) => view.i32(at) / 65536)
}

/** The linear light of each of 256 values. */
function readCurve(view: BoundedView): Float64Array {
  const type = view.ascii(0, 4)
  const curve = type === 'para' ? parametric(view) : type === 'curv' ? sampled(view) : damage('a curve', type)
  return Float64Array.from({ length: 256 }, (_, value) => Math.min(1, Math.max(0, curve(value / 255))))
}

function sampled(view: BoundedView): (x: number) => number {
  const count = view.u32(8)
  if (count === 0) return (x) => x
  if (count === 1) return (x) => x ** (view.u16(12) / 256)
  view.slice(12, 2 * count) // all of it is there
  return (x) => {
    const place = x * (count - 1)
    const below = Math.min(Math.floor(place), count - 2)
    const [low, high] = [view.u16(12 + 2 * below), view.u16(14 + 2 * below)]
    return (low + (high - low) * (place - below)) / 65535
  }
}

/** The five kinds of the ICC specification, 10.18. */
function parametric(view: BoundedView): (x: number) => number {
  const kind = view.u16(8)
  const length = [1, 3, 4, 5, 7][kind] ?? damage('a parametric curve of kind 0 to 4', `${kind}`)
  const values = Array.from({ length }, (_, i) => view.i32(12 + 4 * i) / 65536)
  const [g = 1, a = 1, b = 0] = values
  const power = (x: number): number => Math.max(0, a * x + b) ** g
  if (kind === 0) return power
  const [c = 0, d = 0, e = 0, f = 0] = values.slice(3)
  if (kind < 3) return (x) => (a * x + b >= 0 ? power(x) : 0) + c
  return (x) => (x >= d ? power(x) + e : c * x + f)
}

type Matrix = readonly number[]

function multiply(left: Matrix, right: Matrix): Matrix {
  return left.map((_, i) => {
    const [row, column] = [i - (i % 3), i % 3]
    return [0, 1, 2].reduce((sum, k) => sum + (left[row + k] as number) * (right[3 * k + column] as number), 0)
  })
}

function inverse(matrix: Matrix): Matrix {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  const cofactors = [e * i - f * h, c * h - b * i, b * f - c * e]
    .concat([f * g - d * i, a * i - c * g, c * d - a * f])
    .concat([d * h - e * g, b * g - a * h, a * e - b * d])
  return cofactors.map((value) => value / determinant)
}

function conversion(curves: readonly Float64Array[], matrix: Matrix): ToSrgb | 'none' {
  const convert = converter(curves, matrix)
  const probe = Uint8Array.from({ length: 3 * 6 ** 3 }, (_, i) => 51 * (Math.floor(i / 3 / 6 ** (i % 3)) % 6))
  const converted = probe.slice()
  convert(converted)
  // Profiles of sRGB differ in the last digits.
  return converted.every((value, i) => Math.abs(value - (probe[i] as number)) <= 1) ? 'none' : convert
}

/** Whole numbers only: what each value of each channel gives to each channel of the result, in steps of light. */
function converter(curves: readonly Float64Array[], matrix: Matrix): ToSrgb {
  const shares = matrix.map((factor, i) => {
    const curve = curves[i % 3] as Float64Array
    return Int32Array.from(curve, (value) => Math.round(factor * value * STEPS))
  })
  const none = new Int32Array(256)
  const [rr = none, rg = none, rb = none, gr = none, gg = none, gb = none, br = none, bg = none, bb = none] = shares
  srgbTable ??= Uint8Array.from({ length: STEPS + 1 }, (_, i) => Math.round(255 * encode(i / STEPS)))
  const table = srgbTable
  return (pixels) => {
    for (let i = 0; i + 2 < pixels.length; i += 3) {
      const r = pixels[i] as number
      const g = pixels[i + 1] as number
      const b = pixels[i + 2] as number
      pixels[i] = table[clip((rr[r] as number) + (rg[g] as number) + (rb[b] as number))] as number
      pixels[i + 1] = table[clip((gr[r] as number) + (gg[g] as number) + (gb[b] as number))] as number
      pixels[i + 2] = table[clip((br[r] as number) + (bg[g] as number) + (bb[b] as number))] as number
    }
  }
}

function clip(light: number): number {
  return light < 0 ? 0 : Math.min(light, STEPS)
}

/** Linear light to sRGB, IEC 61966-2-1. */
function encode(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
}
