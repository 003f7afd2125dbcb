import { join, relative, resolve } from 'node:path'
import { createRng } from '@clas/core'
import { kFold, type Source, split as splitSource } from '@clas/data'
import { groupDuplicates, writeLists } from '@clas/data/node'
import type { Arguments } from '../arguments.ts'
import type { CommandIo } from '../io.ts'
import { usageError } from '../usage-error.ts'
import { type DatasetTool, DUPLICATE_OPTIONS, duplicateOptions, LIST_OPTIONS } from './dataset-tool.ts'
import { openWhole } from './open-parts.ts'
import { pictureProgress } from './progress.ts'

/** `clas datasets split`: lists of pictures to learn from and to measure with. */
export const split: DatasetTool = {
  name: 'split',
  usage: 'FOLDER | LIST --out FOLDER [options]',
  options: {
    ...LIST_OPTIONS,
    ...DUPLICATE_OPTIONS,
    out: { value: 'FOLDER', description: 'where the lists go: train_list.txt, val_list.txt, label_list.txt' },
    validation: { value: 'FRACTION', description: 'to measure with while training; default: 0.2' },
    test: { value: 'FRACTION', description: 'to measure with once, in the end; default: 0' },
    folds: { value: 'K', description: 'for cross-validation: lists in fold-0, fold-1, …, instead' },
    group: {
      value: 'PATTERN',
      description:
        'a regular expression: pictures whose paths match in the same text, or in the same (group), stay together',
    },
    duplicates: { description: 'keep pictures together that are the same or nearly so' },
    seed: { value: 'N', description: 'of what is drawn; default: 0' },
  },
  example: 'clas datasets split photos --validation 0.15 --test 0.15 --duplicates --out lists',
  async run(inputs, args, io) {
    const { source, root } = await openWhole(inputs, args)
    const out = args.text('out')
    if (out === undefined) throw usageError('split needs --out FOLDER')
    const group = await groupOf(source, root, args, io)
    const rng = createRng(args.number('seed', { whole: true }) ?? 0)
    const options = group ? { group } : {}
    const folds = args.number('folds', { least: 2, whole: true })
    if (folds !== undefined) {
      if (args.has('validation') || args.has('test'))
        throw usageError('--folds decides the fractions; leave out the others')
      for (const [i, [train, val]] of kFold(source, folds, rng, options).entries()) {
        await write({ train, val }, join(resolve(out), `fold-${i}`), root, args, io)
      }
      return 0
    }
    const validation = args.number('validation', { least: 0, most: 1 }) ?? 0.2
    const test = args.number('test', { least: 0, most: 1 }) ?? 0
    if (!(validation > 0 && validation + test < 1)) {
      throw usageError(`--validation must be above 0, and with --test below 1, found ${validation} and ${test}`)
    }
    const [train, held] = splitSource(source, 1 - validation - test, rng, options)
    if (test === 0) {
      await write({ train, val: held }, resolve(out), root, args, io)
      return 0
    }
    // The indices of the part aren't those of the whole: groups go by the names.
    const byName = group && new Map(Array.from({ length: source.length }, (_, i) => [source.name(i), group(i)]))
    const heldOptions = byName ? { group: (index: number) => byName.get(held.name(index)) ?? '' } : {}
    const [val, last] = splitSource(held, validation / (validation + test), rng.fork('test'), heldOptions)
    await write({ train, val, test: last }, resolve(out), root, args, io)
    return 0
  },
}

async function write(
  parts: Record<string, Source>,
  folder: string,
  root: string,
  args: Arguments,
  { stdout }: CommandIo,
) {
  const delimiter = args.text('delimiter')
  const lists = await writeLists(parts, { folder, root, ...(delimiter !== undefined && { delimiter }) })
  for (const [name, path] of Object.entries(lists)) stdout.write(`${path}: ${parts[name]?.length} pictures\n`)
}

async function groupOf(source: Source, root: string, args: Arguments, io: CommandIo) {
  const pattern = args.text('group')
  if (pattern !== undefined && args.has('duplicates')) throw usageError('give --group or --duplicates, not both')
  if (args.has('duplicates')) {
    const found = {
      ...duplicateOptions(args),
      onProgress: pictureProgress(io),
      ...(io.signal && { signal: io.signal }),
    }
    return groupDuplicates(source, found)
  }
  if (pattern === undefined) return undefined
  const expression = regularExpression(pattern)
  return (index: number) => {
    const path = relative(root, source.name(index))
    const match = expression.exec(path)
    return match ? `match ${match[1] ?? match[0]}` : path
  }
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch {
    throw usageError(`--group must be a regular expression, found '${pattern}'`)
  }
}
