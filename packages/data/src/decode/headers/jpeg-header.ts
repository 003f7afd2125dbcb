import { BoundedView, concatenate, damage, startsWith } from '../bounded-view.ts'
import type { EmbeddedProfile, ImageFileInfo } from '../image-file-info.ts'
import { exifOrientation } from './exif.ts'

/** The header of a JPEG file, and where its picture begins. */
export interface JpegHeader extends ImageFileInfo {
  /** The offset after the first start of scan. */
  readonly scan: number
  /** Whether the picture comes in several scans that are put together. */
  readonly severalScans: boolean
}

/** Whether what was read is the header of a JPEG file. */
export const isJpegHeader = (info: ImageFileInfo): info is JpegHeader => info.format === 'jpeg' && 'scan' in info

const EXIF = 'Exif\0\0'
const ICC = 'ICC_PROFILE\0'

/** Whether bytes begin as a JPEG file does. */
export const isJpeg = (bytes: Uint8Array): boolean => startsWith(bytes, '\xff\xd8\xff')

/** Reads a JPEG header up to the first scan, skipping what libjpeg skips. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new BoundedView(bytes, false)
  const profile: Uint8Array[] = []
  let frame: Frame | undefined
  let orientation: number | undefined
  for (let at = nextMarker(view, 2); ; at = nextMarker(view, at)) {
    const marker = view.u8(at - 1)
    if (marker === 0xd8 || marker === 0xd9) damage('a frame and a scan', `marker ff${marker.toString(16)}`)
    const length = view.u16(at)
    if (length < 2) damage('a segment of at least 2 bytes', `one of ${length} at offset ${at}`)
    if (marker === 0xda) return { ...finish(frame, view.u8(at + 2), orientation ?? 1, profile), scan: at + length }
    const segment = view.slice(at + 2, length - 2)
    if (isFrame(marker)) {
      if (frame) damage('one frame', `a second one at offset ${at}`)
      frame = readFrame(marker, segment)
    } else if (marker === 0xe1 && startsWith(segment, EXIF)) orientation ??= exifOrientation(segment.subarray(6))
    else if (marker === 0xe2 && startsWith(segment, ICC)) profile[segment[12] ?? 0] = segment.subarray(14)
    at += length
  }
}

/** The offset after the next marker that has a segment, or is a beginning or an end. */
function nextMarker(view: BoundedView, from: number): number {
  let at = from
  for (;;) {
    while (view.u8(at) !== 0xff) at++
    while (view.u8(at) === 0xff) at++
    const marker = view.u8(at++)
    if (marker > 1 && (marker < 0xd0 || marker > 0xd7)) return at
  }
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly bits: number
  readonly progressive: boolean
}

const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function readFrame(marker: number, segment: Uint8Array): Frame {
  if (marker > 0xc2) damage('a baseline or progressive JPEG coded by Huffman', `the marker ff${marker.toString(16)}`)
  const view = new BoundedView(segment, false)
  const channels = view.u8(5)
  if (![1, 3, 4].includes(channels)) damage('a JPEG of 1, 3 or 4 channels', `${channels}`)
  if (view.u8(0) !== 8) damage('a JPEG of 8 bits', `${view.u8(0)}`)
  return { width: view.u16(3), height: view.u16(1), channels, bits: 8, progressive: marker === 0xc2 }
}

function finish(
  frame: Frame | undefined,
  channelsInScan: number,
  orientation: number,
  parts: readonly Uint8Array[],
): Omit<JpegHeader, 'scan'> {
  if (!frame) return damage('a frame before the first scan', 'none')
  const { width, height, channels, bits, progressive } = frame
  const colour = channels === 1 ? 'grey' : channels === 3 ? 'rgb' : 'cmyk'
  return {
    ...{ format: 'jpeg', width, height, channels, bits, colour, orientation },
    ...(parts.length > 0 && { profile: joined(parts) }),
    severalScans: progressive || channelsInScan < channels,
  }
}

/** The parts are numbered from 1, in any order. */
function joined(parts: readonly Uint8Array[]): EmbeddedProfile {
  return { bytes: concatenate(parts.filter((part) => part !== undefined)), deflated: false }
}
