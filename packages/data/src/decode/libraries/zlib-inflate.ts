import { inflateSync } from 'node:zlib'
import type { Inflate } from '../formats/inflate.ts'

/** Unpacks by Node's own zlib. */
export const zlibInflate: Inflate = (bytes, limit) =>
  inflateSync(bytes, { maxOutputLength: limit, chunkSize: Math.min(Math.max(limit, 64), 2 ** 20) })
