import { BoundedView, concatenate, damage } from '../bounded-view.ts'
import { readFrame, type WebpChunk, webpChunks } from '../headers/webp-header.ts'
import type { Pixels } from '../to-rgb.ts'

/** A frame of an animation as a WebP file of its own, and where it lies on the canvas. */
export interface WebpAnimationFrame {
  readonly bytes: Uint8Array
  readonly left: number
  readonly top: number
}

const ANIMATED = 2
const ALPHA = 0x10

/** The first frame of an animated WebP file; undefined when it isn't animated. */
export function firstFrame(bytes: Uint8Array): WebpAnimationFrame | undefined {
  const chunks = webpChunks(bytes)
  const canvas = chunks.next().value
  if (canvas?.type !== 'VP8X' || ((canvas.data[0] ?? 0) & ANIMATED) === 0) return undefined
  const data = [...chunks].find(({ type }) => type === 'ANMF')?.data ?? damage('the chunk ANMF', 'none')
  const view = new BoundedView(data, true)
  const [left, top, width, height] = [2 * view.u24(0), 2 * view.u24(3), view.u24(6) + 1, view.u24(9) + 1]
  const canvasView = new BoundedView(canvas.data, true)
  if (left + width > canvasView.u24(4) + 1 || top + height > canvasView.u24(7) + 1)
    damage('a frame inside the canvas', `one of ${width}×${height} at (${left}, ${top})`)
  const parts = [...webpChunks(data, 16)]
  const alpha = parts.find(({ type }) => type === 'ALPH')
  const picture = parts.find(({ type }) => type === 'VP8 ' || type === 'VP8L') ?? damage('a picture in ANMF', 'none')
  const coded = readFrame(picture.type, picture.data)
  if (coded.width !== width || coded.height !== height)
    damage(`a picture of the frame's ${width}×${height}`, `one of ${coded.width}×${coded.height}`)
  const header = { type: 'VP8X', data: concatenate([Uint8Array.of(ALPHA, 0, 0, 0), data.subarray(6, 12)]) }
  return { left, top, bytes: file(alpha ? [header, alpha, picture] : [picture]) }
}

/** A frame on the canvas, which is black where the frame is not. */
export function placeOnCanvas(
  frame: Pixels,
  { left, top }: WebpAnimationFrame,
  { width, height }: { readonly width: number; readonly height: number },
): Pixels {
  const { channels } = frame
  if (frame.width === width && frame.height === height) return frame
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < frame.height; y++) {
    const row = frame.data.subarray(y * frame.width * channels, (y + 1) * frame.width * channels)
    data.set(row, ((top + y) * width + left) * channels)
  }
  return { data, width, height, channels }
}

function file(chunks: readonly WebpChunk[]): Uint8Array {
  const parts = chunks.flatMap(({ type, data }) => [tagged(type, data.length), data, new Uint8Array(data.length % 2)])
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concatenate([tagged('RIFF', 4 + length), new TextEncoder().encode('WEBP'), ...parts])
}

function tagged(type: string, length: number): Uint8Array {
  const head = new Uint8Array(8)
  head.set(new TextEncoder().encode(type))
  new DataView(head.buffer).setUint32(4, length, true)
  return head
}
