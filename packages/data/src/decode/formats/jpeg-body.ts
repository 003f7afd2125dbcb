import { damage } from '../bounded-view.ts'
import type { JpegHeader } from '../headers/jpeg-header.ts'

/** So often, in pictures of the largest size, a picture may be gone over in scans. */
const MOST_WORK = 20

/**
 * Checks what a JPEG file holds after its header: that it isn't cut off, and that it has no more scans than decoding is
 * worth. Decoders fill up a file that is cut off, and a file of a few kilobytes can have thousands of scans, each over the
 * whole picture.
 */
export function checkJpegBody(
  bytes: Uint8Array,
  { scan, severalScans, width, height }: JpegHeader,
  maxPixels: number,
): void {
  if (!hasEnd(bytes, scan)) damage('the end marker of JPEG', 'the end of the file: it is cut off')
  if (!severalScans) return
  const scans = 1 + countScans(bytes, scan)
  if (scans * width * height > MOST_WORK * maxPixels)
    damage(`at most ${Math.floor((MOST_WORK * maxPixels) / width / height)} scans`, `${scans}`)
}

/** Looked for from the end, where it nearly always is. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.lastIndexOf(0xd9); at > from; at = bytes.lastIndexOf(0xd9, at - 1))
    if (bytes[at - 1] === 0xff) return true
  return false
}

function countScans(bytes: Uint8Array, from: number): number {
  let count = 0
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === 0xda) count++
  return count
}
