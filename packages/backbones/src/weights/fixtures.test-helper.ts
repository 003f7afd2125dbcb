import { readdirSync, readFileSync } from 'node:fs'
import { concatenate } from './concatenate.ts'
import { type DecodedWeights, decodeWeights } from './decode-weights.ts'

const folder = new URL('../../fixtures/weights/', import.meta.url)

/** What the library that wrote a file reads in it. */
export interface ExpectedArray {
  readonly type: 'float32' | 'int32' | 'uint8'
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** By file, or by folder of a TensorFlow.js model; by key. */
export const expected: Readonly<Record<string, Readonly<Record<string, ExpectedArray>>>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
)

/** The files of a fixture by name: one, or those of a TensorFlow.js model's folder. */
export function filesOf(name: string): Record<string, Uint8Array> {
  if (!name.startsWith('tfjs-')) return { [name]: readFixture(name) }
  const files = readdirSync(new URL(name, folder)).sort()
  return Object.fromEntries(files.map((file) => [file, readFixture(`${name}/${file}`)]))
}

/** Reads a fixture's files. */
export function decodeFiles(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<DecodedWeights> {
  const main = files[name] ?? files['model.json'] ?? new Uint8Array(0)
  return decodeWeights(main, name, { shards: files })
}

export function readFixture(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, folder)))
}

/** Letters, a byte, or bytes. */
export type Part = string | number | Uint8Array

/** The bytes of all parts. */
export function bytesFrom(...parts: Part[]): Uint8Array {
  return concatenate(
    parts.map((part) => {
      if (typeof part === 'number') return Uint8Array.of(part)
      return typeof part === 'string' ? new TextEncoder().encode(part) : part
    }),
  )
}

/** A copy of a file in which the first run of some bytes is another. */
export function replaced(file: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const at = file.findIndex((_, i) => from.every((byte, j) => file[i + j] === byte))
  if (at < 0) throw new Error('the file has no such bytes')
  return concatenate([file.subarray(0, at), to, file.subarray(at + from.length)])
}
