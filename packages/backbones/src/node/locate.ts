import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ClasError } from '@clas/core'
import type { Model } from '../model.ts'
import { type PublishedWeights, publishedWeights } from '../pretrained/weight-files.ts'
import { type DownloadOptions, download } from './download.ts'

/** Where weights lie on this machine. */
export interface Located {
  readonly path: string
  /** Where they were fetched from; absent where they were here. */
  readonly url?: string
  /** Absent where they are not among the published. */
  readonly published?: PublishedWeights
}

/** Finds the file that a source means: the name of published weights, an address, a file or a folder. */
export async function locate(model: Model, source: string, options: DownloadOptions): Promise<Located> {
  const published = publishedWeights(model.name).find(({ weights }) => weights === source)
  if (published) return { path: await download(published.url, options), url: published.url, published }
  if (/^https?:\/\//.test(source)) return { path: await download(source, options), url: source }
  const path = source.startsWith('file:') ? fileURLToPath(source) : source
  const found = await stat(path).catch(() => undefined)
  if (!found) throw nothingThere(model, source)
  return { path: found.isDirectory() ? await inFolder(model, path) : path }
}

const EXTENSIONS = ['safetensors', 'pdparams', 'pth', 'pt', 'npz']
const PADDLECLAS_OUTPUT = ['best_model.pdparams', 'latest.pdparams']

async function inFolder(model: Model, folder: string): Promise<string> {
  const names = [
    ...EXTENSIONS.flatMap((extension) => [`${model.name}.${extension}`, `${model.name}_pretrained.${extension}`]),
    'model.safetensors',
    'model.json',
    ...PADDLECLAS_OUTPUT,
  ]
  const there = await readdir(folder)
  const name = names.find((candidate) => there.includes(candidate))
  if (name !== undefined) return join(folder, name)
  throw new ClasError(
    'io',
    `the folder ${folder} has no weights of ${model.name}: expected one of ${names.join(', ')}. Give the path of the file itself.`,
    { folder, expected: names },
  )
}

function nothingThere(model: Model, source: string): ClasError {
  const names = publishedWeights(model.name).map(({ weights }) => weights)
  const published = names.length > 0 ? `published weights: ${names.join(', ')}` : 'no published weights'
  return new ClasError(
    'unknown-name',
    `'${source}' is neither a file or folder nor published weights of ${model.name}, which has ${published}`,
    { source, model: model.name, published: names },
  )
}
