import { resolve } from 'node:path'
import { createRng } from '@clas/core'
import { concat, relabel, type Source } from '@clas/data'
import { type BackgroundChoice, chooseBackground, copyPictures, imageFolder } from '@clas/data/node'
import { textTable } from '../table.ts'
import { usageError } from '../usage-error.ts'
import { type DatasetTool, DUPLICATE_OPTIONS, duplicateOptions, LIST_OPTIONS } from './dataset-tool.ts'
import { foldersIn } from './folders-in.ts'
import { openParts } from './open-parts.ts'
import { pictureProgress } from './progress.ts'

/** `clas datasets background`: a class for what is none of the classes. */
export const background: DatasetTool = {
  name: 'background',
  usage: 'FOLDER | LIST --from OTHERS --out FOLDER [--count N]',
  options: {
    ...LIST_OPTIONS,
    ...DUPLICATE_OPTIONS,
    from: { value: 'OTHERS', description: 'pictures of none of the classes, a folder per kind', multiple: true },
    out: { value: 'FOLDER', description: 'a new folder, which the pictures that are chosen are copied to' },
    count: { value: 'N', description: 'how many pictures; default: as many as a class has in the median' },
    smallest: { value: 'N', description: 'pictures with a side of fewer pixels are left out; default: 32' },
    seed: { value: 'N', description: 'of what is drawn; default: 0' },
    json: { description: 'print JSON instead of text' },
  },
  example: 'clas datasets background photos/train --from other-animals --out photos/train/background',
  async run(inputs, args, io) {
    const { parts } = await openParts(inputs, args)
    const folders = args.texts('from')
    const out = args.text('out')
    if (folders.length === 0)
      throw usageError('background needs --from OTHERS, a folder with a folder per kind of picture')
    if (out === undefined) throw usageError('background needs --out FOLDER')
    const count = args.number('count', { least: 1, whole: true })
    const smallest = args.number('smallest', { least: 1, whole: true })
    const candidates = await openKinds(folders)
    const choice = await chooseBackground(candidates, concat(Object.values(parts)), {
      ...duplicateOptions(args),
      ...(count !== undefined && { count }),
      ...(smallest !== undefined && { smallest }),
      rng: createRng(args.number('seed', { whole: true }) ?? 0),
      onProgress: pictureProgress(io),
      ...(io.signal && { signal: io.signal }),
    })
    const folder = resolve(out)
    await copyPictures(choice.source, folder, io.signal)
    io.stdout.write(args.has('json') ? asJson(folder, choice) : describe(folder, choice))
    return 0
  },
}

/** Several folders as one source, whose classes are the kinds of all. */
async function openKinds(folders: readonly string[]): Promise<Source> {
  const sources = await Promise.all(
    folders.map(async (folder) => {
      const root = resolve(folder)
      return imageFolder(root, { classes: await foldersIn(root), emptyClasses: 'skip' })
    }),
  )
  const classes = [...new Set(sources.flatMap((source) => source.classes))]
  return concat(sources.map((source) => relabel(source, { classes })))
}

function describe(folder: string, { source, kinds, refused, advice }: BackgroundChoice): string {
  const reasons = new Map<string, number>()
  for (const { reason } of refused) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const table = textTable(
    [{ title: 'kind' }, { title: 'candidates', align: 'right' }, { title: 'chosen', align: 'right' }],
    kinds
      .filter(({ candidates }) => candidates > 0)
      .map(({ name, candidates, chosen }) => [name, String(candidates), String(chosen)]),
  )
  return [
    table,
    ...[...reasons].map(([reason, count]) => `left out, ${reason}: ${count}\n`),
    `${folder}: ${source.length} pictures\n\n`,
    ...advice.map((sentence) => `- ${sentence}\n`),
  ].join('')
}

function asJson(folder: string, { source, kinds, refused, advice }: BackgroundChoice): string {
  const pictures = Array.from({ length: source.length }, (_, i) => source.name(i))
  return `${JSON.stringify({ folder, pictures, kinds, refused, advice }, null, 2)}\n`
}
