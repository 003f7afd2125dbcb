import { binary } from './binary.ts'

/** The functions of the module, and the memory that they work on. Arguments are addresses in it and counts. */
export interface SimdModule {
  readonly functions: SimdFunctions
  /** All of the memory, of at least so many bytes. It may have grown: views from before are of no use then. */
  memory(length: number): Uint8Array
}

/** `length` counts pixels of the result along x in `resampleRows`, bytes in `resampleColumns`. */
type Pass = (
  source: number,
  stride: number,
  firsts: number,
  weights: number,
  pairs: number,
  out: number,
  length: number,
  height: number,
) => void

/** One row of a warp: `count` pixels from the float64 places at `xs` and `ys`. */
type WarpRow = (
  source: number,
  width: number,
  height: number,
  xs: number,
  ys: number,
  count: number,
  out: number,
  fill: number,
) => void

interface SimdFunctions {
  affineExact(
    source: number,
    width: number,
    height: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    xs: number,
    ys: number,
    columns: number,
    rows: number,
    out: number,
    fill: number,
    bicubic: number,
  ): void
  affineFixed(
    source: number,
    width: number,
    height: number,
    x: number,
    y: number,
    rightX: number,
    rightY: number,
    downX: number,
    downY: number,
    columns: number,
    rows: number,
    out: number,
    fill: number,
  ): void
  gather(
    source: number,
    columnOffsets: number,
    rowOffsets: number,
    columns: number,
    rows: number,
    out: number,
    fill: number,
  ): void
  blend(bases: number, values: number, out: number, length: number, factor: number): void
  blurRows(
    lines: number,
    out: number,
    step: number,
    length: number,
    height: number,
    weights: number,
    taps: number,
  ): void
  blurColumns(
    sums: number,
    out: number,
    length: number,
    height: number,
    weights: number,
    taps: number,
    rows: number,
  ): void
  countValues(source: number, pixels: number, counts: number): void
  grey(source: number, out: number, pixels: number): number
  mapValues(source: number, out: number, pixels: number, tables: number): void
  normalize(source: number, out: number, length: number, scale: number, constants: number): void
  smooth(source: number, out: number, width: number, height: number): void
  bilinear(source: number, columns: number, rows: number, out: number, width: number, height: number): void
  readonly resampleRows: Pass
  readonly resampleColumns: Pass
  readonly warpBicubic: WarpRow
  readonly warpBilinear: WarpRow
  readonly warpNearest: WarpRow
  flipRows(source: number, out: number, width: number, height: number): void
}

/** What a thread keeps for good is bounded: what needs more is done without the module. */
const LARGEST = 64 * 1024 * 1024

const PAGE = 65536

let found: SimdModule | null | undefined

/** The module; undefined where WebAssembly has no SIMD, or where `length` bytes are more than it may have. */
export function simdModule(length: number): SimdModule | undefined {
  if (length > LARGEST) return undefined
  if (found === undefined) found = instantiate()
  return found ?? undefined
}

function instantiate(): SimdModule | null {
  try {
    const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0))
    const memory = new WebAssembly.Memory({ initial: 16, maximum: LARGEST / PAGE })
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
    return {
      functions: instance.exports as unknown as SimdFunctions,
      memory(length) {
        const missing = length - memory.buffer.byteLength
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
        return new Uint8Array(memory.buffer)
      },
    }
  } catch {
    // No SIMD, or no WebAssembly: everything is done in TypeScript, with the same results.
    return null
  }
}
