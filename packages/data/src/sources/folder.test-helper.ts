import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'
import type { Source } from './source.ts'

/** Gives each test of a file an empty folder, which is removed after it. */
export function useFolder(): { readonly path: string; file(name: string): string } {
  let path = ''
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'clas-data-'))
  })
  afterEach(() => rm(path, { recursive: true }))
  return {
    get path() {
      return path
    },
    file: (name) => join(path, name),
  }
}

/** Writes files, with their folders. */
export async function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), content)
  }
}

/** A file of `packages/data/fixtures`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
}

/** The labels of all pictures. */
export function labelsOf(source: Source): number[] {
  return Array.from({ length: source.length }, (_, i) => source.label(i))
}

/** The first pixel of each picture. */
export async function firstPixels(source: Source): Promise<number[][]> {
  const images = await Promise.all(Array.from({ length: source.length }, (_, i) => source.read(i)))
  return images.map(({ data, channels }) => [...data.subarray(0, channels)])
}
