import type { Labels } from './labels.ts'
import { readItem } from './read-item.ts'
import type { Source, SourceItem } from './source.ts'

/** What every source of files is made of. */
export interface ItemSourceOptions {
  readonly length: number
  readonly labels: Labels
  readonly weights?: readonly number[] | undefined
  readonly name: (index: number) => string
  readonly item: (index: number) => SourceItem
}

/** A source of pictures in files, which worker threads can read too. */
export function itemSource({ length, labels, weights, name, item }: ItemSourceOptions): Source {
  return {
    length,
    ...labels,
    ...(weights && { weight: (index: number) => weights[index] as number }),
    name,
    read: (index) => readItem(item(index), name(index)),
    item,
  }
}

/** The option `maxPixels` for items, where it was given. */
export function pixelLimit(maxPixels: number | undefined): { readonly maxPixels?: number } {
  return maxPixels === undefined ? {} : { maxPixels }
}
