import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files of references by the names of their models. */
export type References = ReadonlyMap<string, string>

/** Those that are kept with the models: PaddlePaddle's, and what stands in where PaddleClas cannot run a model. */
export function publishedReferences(train: boolean): References {
  const folders = [train ? 'paddle-train' : 'paddle', 'repaired']
  const all = folders.flatMap((folder) => [...filesIn(pathOf(folder), train)])
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Those of one folder: evaluation, or a step of training. */
export function filesIn(folder: string, train: boolean): References {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file.endsWith('.train.json') === train)
  return new Map(files.sort().map((file) => [file.split('.')[0] as string, join(folder, file)]))
}

const pathOf = (folder: string): string =>
  fileURLToPath(new URL(`../packages/backbones/fixtures/${folder}`, import.meta.url))
