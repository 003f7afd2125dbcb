import { readFile } from 'node:fs/promises'
import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { decodeImage } from './decode-image.ts'
import type { Source, SourceItem } from './source.ts'

/** What every source of picture files is made of. */
export interface FileSourceOptions {
  readonly paths: readonly string[]
  readonly labels: readonly number[]
  readonly classes: readonly string[]
  readonly maxPixels: number | undefined
}

/** A source of picture files that worker threads can read too. */
export function fileSource({ paths, labels, classes, maxPixels }: FileSourceOptions): Source {
  const item = (index: number): SourceItem => ({
    kind: 'file',
    path: paths[index] as string,
    ...(maxPixels !== undefined && { maxPixels }),
  })
  return {
    length: paths.length,
    classes,
    label: (index) => labels[index] as number,
    name: (index) => paths[index] as string,
    read: (index) => readItem(item(index)),
    item,
  }
}

/** Reads and decodes what an item names, on whichever thread. */
export async function readItem({ path, maxPixels }: SourceItem): Promise<Image> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  return decodeImage(bytes, { name: path, ...(maxPixels !== undefined && { maxPixels }) })
}

/** `io`, with what the file system said. */
export function ioError(path: string, cause: unknown): ClasError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ClasError('io', `${path} can't be read: ${reason}`, { file: path, reason }, { cause })
}
