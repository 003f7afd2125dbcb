import { readFileSync } from 'node:fs'
import type { Distribution } from '../erase/distribution.test-helper.ts'
import type { ImageBatch, Rectangle } from '../index.ts'

/** One batch and what a library made of it. */
export interface Case {
  readonly shape: ImageBatch['shape']
  readonly images: string
  readonly labels: string
  readonly mixedImages: string
  readonly mixedLabels: string
}

type Drawn = Case & { readonly order: readonly number[]; readonly lambda: number }
type Boxes = Readonly<Record<'left' | 'top' | 'width' | 'height' | 'area', Distribution>>
type Masks = Readonly<Record<'lambda' | 'part' | 'along' | 'down', Distribution>>

/** What `fixtures/batch.py` noted of PaddleClas and timm. */
interface Reference {
  readonly mixup: Drawn
  readonly cutmix: readonly (Drawn & { readonly draws: readonly number[] })[]
  readonly fmix: readonly (Drawn & {
    readonly options: { readonly alpha?: number; readonly decay_power?: number; readonly max_soft?: number }
    readonly isRoundedUp: boolean
    readonly normals: string
    readonly mask: string
  })[]
  readonly mixupCutmixHybrid: readonly (Case & {
    readonly options: Readonly<Record<string, unknown>>
    readonly mixes: readonly { readonly lambda: number; readonly box: Rectangle | null }[]
  })[]
  readonly resizeMix: Drawn & { readonly box: Rectangle }
  readonly distributions: {
    readonly beta: readonly (Distribution & { readonly alpha: number; readonly beta: number })[]
    readonly cutmix: readonly (Boxes & { readonly alpha: number })[]
    readonly hybrid: readonly (Boxes & {
      readonly minmax: readonly [number, number] | null
      readonly correct: boolean
      readonly lambda: Distribution
    })[]
    readonly fmix: Masks
    readonly fmixSoft: Masks
  }
}

export const reference: Reference = JSON.parse(
  readFileSync(new URL('../../fixtures/batch.json', import.meta.url), 'utf8'),
) as Reference

export function floatsOf(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

export function doublesOf(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

export function batchOf({ images, labels, shape }: Case): ImageBatch {
  return { images: floatsOf(images), labels: floatsOf(labels), shape }
}
