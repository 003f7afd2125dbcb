import { readFileSync } from 'node:fs'
import type { Image } from '../image.ts'
import type { Distribution } from './distribution.test-helper.ts'

/** What `fixtures/erase.py` noted of PaddleClas. */
interface Reference {
  readonly picture: {
    readonly width: number
    readonly height: number
    readonly channels: number
    readonly data: string
  }
  readonly cutout: readonly {
    readonly options: { readonly nHoles: number; readonly length: number }
    readonly draws: readonly number[]
    readonly output: string
  }[]
  readonly randomErasing: readonly {
    readonly options: Readonly<Record<string, unknown>> & { readonly mean: readonly number[] }
    readonly draws: readonly number[]
    readonly output: string
  }[]
  readonly hideAndSeek: readonly {
    readonly draws: readonly number[]
    readonly picture: string
    readonly side: number
    readonly output: string
  }[]
  readonly gridMask: readonly {
    readonly options: object
    readonly width: number
    readonly height: number
    readonly draws: readonly number[]
    readonly picture: string
    readonly output: string
  }[]
  readonly distributions: {
    readonly cutout: Readonly<Record<'left' | 'top' | 'width' | 'height', Distribution>>
    readonly randomErasing: Boxes
    readonly randomErasingLog: Boxes
    readonly randomErasingLarge: Boxes
    readonly noise: Readonly<Record<'pixel' | 'rand', Distribution>>
    readonly hideAndSeek: { readonly part: Distribution }
    readonly gridMask: { readonly part: Distribution }
  }
}

/** Of the pictures, how many were erased in, and where. */
type Boxes = { readonly part: number } & Readonly<
  Record<'left' | 'top' | 'width' | 'height' | 'area' | 'ratio', Distribution>
>

export const reference: Reference = JSON.parse(
  readFileSync(new URL('../../fixtures/erase.json', import.meta.url), 'utf8'),
) as Reference

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

export const picture: Image = { ...reference.picture, data: bytesOf(reference.picture.data) }

/** The same picture in float32. */
export const floatPicture: Image = { ...picture, data: Float32Array.from(picture.data) }
