import { damage } from '../bounded-view.ts'

/** How a format packs LZW codes. */
export interface LzwOptions {
  /** Bits of an unpacked value: 8 in TIFF. */
  readonly bits: number
  /** Whether a code begins in a byte's highest bit and grows one code early, as in TIFF, or in the lowest, as in GIF. */
  readonly tiff: boolean
}

const LARGEST = 4096
const LONGEST_CODE = 12

/**
 * Unpacks LZW codes.
 *
 * @param out - what is filled; what would come after its end is left out
 * @returns how many values there were
 */
export function unpackLzw(codes: Uint8Array, out: Uint8Array, { bits, tiff }: LzwOptions): number {
  const clear = 2 ** bits
  // A string is another string and one more value. It has been written before: where, and how long it is.
  const starts = new Uint32Array(LARGEST)
  const lengths = new Uint16Array(LARGEST)
  let next = clear + 2
  let width = bits + 1
  let previous = -1
  let written = 0
  let held = 0
  let heldBits = 0
  for (let at = 0; written < out.length; ) {
    while (heldBits < width) {
      if (at >= codes.length) return written
      const byte = codes[at++] as number
      held = tiff ? ((held << 8) | byte) & 0xffffff : held | (byte << heldBits)
      heldBits += 8
    }
    heldBits -= width
    const code = (tiff ? held >>> heldBits : held) & ((1 << width) - 1)
    if (!tiff) held >>>= width

    if (code === clear) {
      next = clear + 2
      width = bits + 1
      previous = -1
      continue
    }
    if (code === clear + 1) return written
    if (code > next || (code > clear && previous < 0)) damage(`a code of at most ${next}`, `${code}`)
    // The next string is the previous one and the first value of this one: it lies where the previous one was written.
    if (previous >= 0 && next < LARGEST) {
      const length = previous < clear ? 1 : (lengths[previous] as number)
      starts[next] = written - length
      lengths[next] = length + 1
      next++
    }
    if (code < clear) out[written++] = code
    else {
      const from = starts[code] as number
      const end = Math.min(written + (lengths[code] as number), out.length)
      // One by one: a string that is only now being made overlaps itself.
      for (let i = from; written < end; i++) out[written++] = out[i] as number
    }
    previous = code
    if (next + (tiff ? 1 : 0) >= 1 << width && width < LONGEST_CODE) width++
  }
  return written
}
