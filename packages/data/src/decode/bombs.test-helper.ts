import { deflateSync } from 'node:zlib'
import type { Rng } from '@clas/core'
import { concatenate } from './bounded-view.ts'
import { crc32 } from './formats/crc32.ts'

/** Files that are small and ask for much, by what they are. */
export const BOMBS: Readonly<Record<string, (rng: Rng) => Uint8Array>> = {
  'PNG larger than allowed': () => png(60000, 60000, chunk('IDAT', packedZeros())),
  'PNG with more rows than stated': () => png(4, 4, chunk('IDAT', packedZeros())),
  'PNG with fewer rows than stated': (rng) =>
    png(rng.integer(1, 2000), 2000, chunk('IDAT', deflateSync(new Uint8Array(9)))),
  'PNG with a profile of zeros': () =>
    png(
      1,
      1,
      chunk('iCCP', concatenate([ascii('x\0\0'), packedZeros()])),
      chunk('IDAT', deflateSync(new Uint8Array(4))),
    ),
  'PNG of many chunks': () => png(1, 1, ...Array.from({ length: 20_000 }, () => chunk('IDAT', new Uint8Array()))),
  'JPEG of many scans': (rng) => manyScans(rng.integer(0, 2) === 0 ? 1000 : 0xffff),
  'JPEG of fill bytes': () => concatenate([Uint8Array.of(0xff, 0xd8), new Uint8Array(300_000).fill(0xff)]),
  'JPEG of many segments': () =>
    concatenate([Uint8Array.of(0xff, 0xd8), ...Array.from({ length: 50_000 }, () => Uint8Array.of(0xff, 0xe1, 0, 2))]),
  'GIF of codes that repeat each other': (rng) => gif(Uint8Array.from({ length: 250 }, () => rng.integer(0, 256))),
  'GIF of many extensions': () =>
    concatenate([gif(new Uint8Array(0)).subarray(0, 19), new Uint8Array(200_000).fill(0x21)]),
  'TIFF that names itself as the next': () =>
    tiff(
      [
        [256, 4, 1, 9],
        [257, 4, 1, 9],
      ],
      8,
    ),
  'TIFF of a huge tile': () =>
    tiff([
      [256, 4, 1, 9],
      [257, 4, 1, 9],
      [322, 4, 1, 0x7fffffff],
      [323, 4, 1, 0x7fffffff],
      [324, 4, 1, 8],
      [325, 4, 1, 8],
    ]),
  'TIFF of many values': () =>
    tiff([
      [256, 4, 0xffffffff, 8],
      [257, 4, 1, 9],
      [273, 4, 0x3fffffff, 0],
    ]),
  'TIFF of rows that share their data': () => sharedRows(),
  'WebP of a huge canvas': () => webp(0x3fff, 0x3fff),
  'BMP of runs that never move': () => concatenate([bmpHeader(1, 9, 9), new Uint8Array(300_000).fill(2)]),
  'BMP of another size': (rng) => bmpHeader(0, [0, 1, 0x7fffffff, 0x80000000][rng.integer(0, 4)] as number, 3),
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

function big(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value)
  return new Uint8Array(view.buffer)
}

function little(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * values.length))
  for (const [i, value] of values.entries()) view.setUint16(2 * i, value, true)
  return new Uint8Array(view.buffer)
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatenate([ascii(type), data])
  return concatenate([big(data.length), body, big(crc32(body))])
}

function png(width: number, height: number, ...chunks: readonly Uint8Array[]): Uint8Array {
  const header = concatenate([big(width, height), Uint8Array.of(8, 2, 0, 0, 0)])
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)
  return concatenate([signature, chunk('IHDR', header), ...chunks, chunk('IEND', new Uint8Array())])
}

let zeros: Uint8Array | undefined

/** 64 MiB of zeros in 64 kB. */
function packedZeros(): Uint8Array {
  zeros ??= new Uint8Array(deflateSync(new Uint8Array(2 ** 26)))
  return zeros
}

/** An IFD entry by entry: tag, type, count and value, all little-endian. */
function tiff(
  entries: readonly (readonly [tag: number, type: number, count: number, value: number])[],
  next = 0,
): Uint8Array {
  const rows = entries.map(([tag, type, count, value]) => little(tag, type, count, count >>> 16, value, value >>> 16))
  return concatenate([ascii('II'), little(42, 8, 0, entries.length), ...rows, little(next, next >>> 16)])
}

/** A progressive JPEG whose scans are all empty. */
function manyScans(side: number): Uint8Array {
  const frame = Uint8Array.of(0xff, 0xc2, 0, 11, 8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0)
  const table = Uint8Array.of(0xff, 0xdb, 0, 67, 0, ...new Uint8Array(64).fill(1))
  const codes = Uint8Array.of(0xff, 0xc4, 0, 20, 0, 1, ...new Uint8Array(15), 0)
  const scan = Uint8Array.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0)
  return concatenate([
    Uint8Array.of(0xff, 0xd8),
    table,
    frame,
    codes,
    ...Array.from({ length: 20_000 }, () => scan),
    Uint8Array.of(0xff, 0xd9),
  ])
}

function gif(codes: Uint8Array): Uint8Array {
  const screen = concatenate([ascii('GIF89a'), little(3000, 3000), Uint8Array.of(0x80, 0, 0), new Uint8Array(6)])
  const frame = concatenate([Uint8Array.of(0x2c), little(0, 0, 3000, 3000), Uint8Array.of(0, 2)])
  return concatenate([screen, frame, Uint8Array.of(codes.length), codes, Uint8Array.of(0, 0x3b)])
}

/** 4000 strips of a row that all lie at the same place, which is most of the file. */
function sharedRows(): Uint8Array {
  const rows = 4000
  const head: (readonly [number, number, number, number])[] = [
    [256, 4, 1, 9],
    [257, 4, 1, rows],
    [258, 3, 1, 8],
    [259, 3, 1, 8],
    [262, 3, 1, 1],
    [278, 4, 1, 1],
  ]
  const lists = 8 + 2 + 12 * 8 + 4
  const data = lists + 8 * rows
  const file = tiff([...head, [273, 4, rows, lists], [279, 4, rows, lists + 4 * rows]])
  const list = (value: number): Uint8Array =>
    concatenate(Array.from({ length: rows }, () => little(value, value >>> 16)))
  return concatenate([file, list(data), list(60_000), deflateSync(new Uint8Array(9)), new Uint8Array(60_000)])
}

function webp(width: number, height: number): Uint8Array {
  const size = Uint8Array.of(width & 255, width >> 8, 0, height & 255, height >> 8, 0)
  const canvas = concatenate([ascii('VP8X'), Uint8Array.of(10, 0, 0, 0, 0, 0, 0, 0), size])
  const frame = Uint8Array.of(0x2f, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0)
  return concatenate([
    ascii('RIFF'),
    Uint8Array.of(100, 0, 0, 0),
    ascii('WEBP'),
    canvas,
    ascii('VP8L'),
    Uint8Array.of(8, 0, 0, 0),
    frame,
  ])
}

function bmpHeader(compression: number, width: number, height: number): Uint8Array {
  const size = little(width, width >>> 16, height, height >>> 16, 1, 8, compression, 0)
  return concatenate([ascii('BM'), new Uint8Array(8), little(1078, 0, 40, 0), size, new Uint8Array(20 + 1024)])
}
