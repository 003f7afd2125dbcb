import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { ClasError } from '@clas/core'
import type { Source } from '@clas/data'
import { imageCsv, imageFolder, imageList, imageParquet, readClassNames, tarShards } from '@clas/data/node'
import type { Arguments } from '../arguments.ts'
import { usageError } from '../usage-error.ts'
import { foldersIn } from './folders-in.ts'

/** The parts of a set of pictures by name: `train` and `validation`, or `all`. All have the same classes. */
export type Parts = Readonly<Record<string, Source>>

/** The pictures that a command line names. */
export interface OpenedParts {
  readonly parts: Parts
  /** The folder that all pictures are below. */
  readonly root: string
  /** The lists among the inputs. */
  readonly lists: readonly OpenedList[]
}

/** A list among the inputs. */
interface OpenedList {
  readonly file: string
  readonly root: string
  readonly delimiter: string
  readonly multiLabel: boolean
  readonly classes: readonly string[]
}

const HELD_OUT = ['validation', 'val', 'test'] as const

/**
 * Opens what a command line names: a folder with a folder per class, or with such folders in `train` and `validation`,
 * `val` or `test`; or lists (.txt), a CSV file, tar shards or Parquet files. Lines of lists that are no good are left out.
 *
 * @throws `usage` when there is nothing or too much, and what the sources throw
 */
export async function openParts(inputs: readonly string[], args: Arguments): Promise<OpenedParts> {
  const [first] = inputs
  if (first === undefined) throw usageError('expected a folder, lists, or shards of pictures')
  const kinds = new Set(inputs.map((input) => extname(input).toLowerCase()))
  const kind = kinds.size === 1 ? [...kinds][0] : undefined
  const files = inputs.map((input) => resolve(input))
  if (kind === '.txt') return openLists(files, args)
  if (kind === '.tar') return { parts: { all: await openShards(files) }, root: dirname(files[0] ?? first), lists: [] }
  if (kind === '.parquet')
    return { parts: { all: await imageParquet(files) }, root: dirname(files[0] ?? first), lists: [] }
  if (inputs.length > 1)
    throw usageError(`expected one folder or file, or several of one kind, found ${inputs.join(' ')}`)
  const path = resolve(first)
  if (kind === '.csv') {
    const root = resolve(args.text('root') ?? dirname(path))
    return { parts: { all: await imageCsv(path, { root }) }, root, lists: [] }
  }
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) {
    throw new ClasError('io', `${path} is no folder, list (.txt), .csv, .tar or .parquet file`, { file: path })
  }
  return { parts: await openFolder(path), root: path, lists: [] }
}

/** The one part of inputs that aren't parted. */
export async function openWhole(inputs: readonly string[], args: Arguments): Promise<{ source: Source; root: string }> {
  const { parts, root } = await openParts(inputs, args)
  const names = Object.keys(parts)
  const source = parts[names[0] ?? '']
  if (source && names.length === 1) return { source, root }
  throw usageError(`these pictures are parted into ${names.join(' and ')} already; name one of the parts`)
}

/** Classes without pictures are kept, so that they can be told of. */
async function openFolder(folder: string): Promise<Parts> {
  const names = await foldersIn(folder)
  const held = HELD_OUT.filter((name) => names.includes(name))
  if (!names.includes('train') || held.length === 0) {
    return { all: await imageFolder(folder, { classes: names, emptyClasses: 'skip' }) }
  }
  const classes = await foldersIn(join(folder, 'train'))
  const entries = ['train', ...held].map(async (name) => {
    return [name, await imageFolder(join(folder, name), { classes, emptyClasses: 'skip' })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function openLists(files: readonly string[], args: Arguments): Promise<OpenedParts> {
  const multiLabel = args.has('multi-label')
  const delimiter = args.text('delimiter') ?? (multiLabel ? '\t' : ' ')
  const rootOf = (file: string): string => resolve(args.text('root') ?? dirname(file))
  const open = (file: string, classes?: readonly string[]): Promise<Source> =>
    imageList(file, {
      ...{ root: rootOf(file), delimiter, multiLabel, onBadLine: () => undefined },
      ...(classes && { classes }),
    })
  // Numbers have no names, and one list may lack the last of them.
  const named = await readClassNames(join(dirname(files[0] ?? ''), 'label_list.txt')).catch(() => undefined)
  const most = (await Promise.all(files.map((file) => open(file)))).map(({ classes }) => classes)
  const numbered = most.reduce((a, b) => (b.length > a.length ? b : a), [])
  const classes = named && named.length >= numbered.length ? named : numbered
  const entries = files.map(async (file) => [partName(file), await open(file, classes)] as const)
  return {
    parts: Object.fromEntries(await Promise.all(entries)),
    root: rootOf(files[0] ?? ''),
    lists: files.map((file) => ({ file, root: rootOf(file), delimiter, multiLabel, classes })),
  }
}

/** With the index that `clas datasets pack` leaves beside them, which has the names of the classes. */
async function openShards(files: readonly string[]): Promise<Source> {
  const index = (files[0] ?? '').replace(/-\d+\.tar$/i, '-index.json')
  const there = index !== files[0] && (await stat(index).catch(() => undefined))
  return tarShards(files, there ? { index } : {})
}

function partName(file: string): string {
  return basename(file, extname(file)).replace(/_list$/, '')
}
