import { BoundedView, damage, startsWith } from '../bounded-view.ts'
import type { ImageFileInfo } from '../image-file-info.ts'

// The boxes of ISO base media files, as far as AVIF needs them to say what its picture is.

/** Whether bytes begin as an AVIF file does. */
export function isAvif(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'ftyp', 4) && (startsWith(bytes, 'avif', 8) || startsWith(bytes, 'avis', 8))
}

/** Reads what an AVIF file says of its primary picture. */
export function readAvifHeader(bytes: Uint8Array): ImageFileInfo {
  const file = new Map([...boxes(bytes)].reverse().map((box) => [box.type, box.data]))
  const meta = childrenOf(file.get('meta') ?? damage('the box meta', 'none'), 4)
  const properties = childrenOf(meta.get('iprp') ?? damage('the box iprp', 'none'))
  const list = [...boxes(properties.get('ipco') ?? damage('the box ipco', 'none'))]
  const primary = primaryItem(meta.get('pitm') ?? damage('the box pitm', 'none'))
  const indices = associations(properties.get('ipma') ?? damage('the box ipma', 'none'), primary)
  const own = indices.flatMap((index) => list[index - 1] ?? [])
  const size = own.find(({ type }) => type === 'ispe') ?? damage('the property ispe of the primary item', 'none')
  const [colours, bits] = readPixels(own.find(({ type }) => type === 'pixi')?.data)
  const alpha = list.some(({ type, data }) => type === 'auxC' && characters(data, 64).includes(':alpha'))
  const profile = own.find(({ type, data }) => type === 'colr' && /^(prof|rICC)$/.test(characters(data, 4)))
  const view = new BoundedView(size.data, false)
  return {
    ...{ format: 'avif', width: view.u32(4), height: view.u32(8), channels: colours + (alpha ? 1 : 0), bits },
    ...{ colour: colours === 1 ? 'grey' : 'rgb', orientation: orientationOf(own) },
    ...(profile && { profile: { bytes: profile.data.subarray(4), deflated: false } }),
  }
}

interface Box {
  readonly type: string
  readonly data: Uint8Array
}

function* boxes(bytes: Uint8Array, from = 0): Generator<Box> {
  const view = new BoundedView(bytes, false)
  for (let at = from; at + 8 <= bytes.length; ) {
    const large = view.u32(at) === 1
    const length = large ? view.u32(at + 8) * 2 ** 32 + view.u32(at + 12) : view.u32(at)
    const end = length === 0 ? bytes.length : at + length // 0: up to the end
    if (length !== 0 && length < (large ? 16 : 8)) damage('a box of at least 8 bytes', `one of ${length}`)
    yield { type: view.ascii(at + 4, 4), data: bytes.subarray(at + (large ? 16 : 8), end) }
    at = end
  }
}

function childrenOf(data: Uint8Array, from = 0): Map<string, Uint8Array> {
  return new Map([...boxes(data, from)].reverse().map((box) => [box.type, box.data]))
}

/** The number of the picture that is the file's; the box has a version and flags before it. */
function primaryItem(data: Uint8Array): number {
  const view = new BoundedView(data, false)
  return view.u8(0) === 0 ? view.u16(4) : view.u32(4)
}

/** Which properties an item has, as numbers from 1. */
function associations(data: Uint8Array, wanted: number): readonly number[] {
  const view = new BoundedView(data, false)
  const longItems = view.u8(0) > 0
  const longIndices = (view.u8(3) & 1) === 1
  const count = view.u32(4)
  for (let i = 0, at = 8; i < count; i++) {
    const item = longItems ? view.u32(at) : view.u16(at)
    at += longItems ? 4 : 2
    const length = view.u8(at++)
    // The highest bit says whether the property must be understood.
    const read = (k: number): number => (longIndices ? view.u16(at + 2 * k) & 0x7fff : view.u8(at + k) & 0x7f)
    if (item === wanted) return Array.from({ length }, (_, k) => read(k))
    at += longIndices ? 2 * length : length
  }
  return damage(`properties of the primary item ${wanted}`, 'none')
}

/** The number of colour channels and their bits. */
function readPixels(data: Uint8Array | undefined): readonly [channels: number, bits: number] {
  return data && data.length > 5 ? [data[4] === 1 ? 1 : 3, data[5] as number] : [3, 8]
}

/** EXIF's number for a turn anticlockwise by quarters, then no mirror, one of top and bottom, one of left and right. */
const ORIENTATIONS = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
] as const

function orientationOf(properties: readonly Box[]): number {
  const turn = (properties.find(({ type }) => type === 'irot')?.data[0] ?? 0) & 3
  const mirror = properties.find(({ type }) => type === 'imir')?.data[0]
  return ORIENTATIONS[turn]?.[mirror === undefined ? 0 : (mirror & 1) + 1] ?? 1
}

function characters(data: Uint8Array, length: number): string {
  return String.fromCharCode(...data.subarray(0, length))
}
