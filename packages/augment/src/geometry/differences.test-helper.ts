import { readFileSync } from 'node:fs'
import type { Image } from '../image.ts'

/** A picture of a fixture, and what another system made of it. */
export interface ReferencePicture<Case> {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** Base64. */
  readonly data: string
  readonly cases: readonly Case[]
}

/** Reads a fixture of this package. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')) as T
}

/** The bytes of base64. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

/** The picture of an entry of a fixture. */
export function imageOf({ width, height, channels, data }: ReferencePicture<unknown>): Image {
  return { width, height, channels, data: bytesOf(data) }
}

/** How far values are from those expected; infinitely where there aren't as many. */
export function differences(found: Image['data'], expected: Uint8Array): { largest: number; mean: number } {
  if (found.length !== expected.length) return { largest: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY }
  let largest = 0
  let sum = 0
  expected.forEach((value, i) => {
    const difference = Math.abs(value - (found[i] as number))
    largest = Math.max(largest, difference)
    sum += difference
  })
  return { largest, mean: sum / expected.length }
}
