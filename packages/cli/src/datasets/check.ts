import { relative } from 'node:path'
import { checkDataset, checkList, type ListReport } from '@clas/data/node'
import type { Arguments } from '../arguments.ts'
import { textTable } from '../table.ts'
import { usageError } from '../usage-error.ts'
import { writeCheckPage } from './check-page.ts'
import type { CheckResult } from './check-result.ts'
import { type DatasetTool, DUPLICATE_OPTIONS, duplicateOptions, LIST_OPTIONS } from './dataset-tool.ts'
import { openParts } from './open-parts.ts'
import { pictureProgress } from './progress.ts'

/** `clas datasets check`: what spoils training and measuring. */
export const check: DatasetTool = {
  name: 'check',
  usage: 'FOLDER | LIST... [--page FILE]',
  options: {
    ...LIST_OPTIONS,
    ...DUPLICATE_OPTIONS,
    smallest: { value: 'N', description: 'a side of fewer pixels is tiny; default: 32' },
    imbalance: { value: 'X', description: 'how many times the smallest class the largest may have; default: 10' },
    strict: { description: 'exit with 1 when something is found' },
    page: { value: 'FILE', description: 'write what was found as a page with pictures' },
    json: { description: 'print JSON instead of text' },
  },
  example: 'clas datasets check photos --page check.html',
  async run(inputs, args, io) {
    const opened = await openParts(inputs, args)
    const { parts, lists, root } = opened
    const page = args.text('page')
    if (page !== undefined && !page.endsWith('.html')) throw usageError(`--page must end in .html, found '${page}'`)
    const listed = await Promise.all(lists.map(({ file, ...options }) => checkList(file, options)))
    const report = await checkDataset(parts, {
      ...numbers(args),
      ...duplicateOptions(args),
      onProgress: pictureProgress(io),
      ...(io.signal && { signal: io.signal }),
    })
    const found = { ...report, lists: listed }
    if (page !== undefined) io.stderr.write(`page: ${await writeCheckPage(page, found, opened)}\n`)
    io.stdout.write(args.has('json') ? `${JSON.stringify(found, null, 2)}\n` : describe(found, root))
    return args.has('strict') && problems(found) > 0 ? 1 : 0
  },
}

function numbers(args: Arguments): { smallest?: number; imbalance?: number } {
  const smallest = args.number('smallest', { least: 1, whole: true })
  const imbalance = args.number('imbalance', { least: 1 })
  return { ...(smallest !== undefined && { smallest }), ...(imbalance !== undefined && { imbalance }) }
}

/** Pictures of other lists aren't listed in one: that alone is no problem where there are several. */
function problems({ unreadable, tiny, blank, duplicates, empty, unbalanced, lists }: CheckResult): number {
  const inLists = lists.map(
    ({ bad, missing, beyond, repeated }) => bad.length + missing.length + beyond.length + repeated.length,
  )
  const all = [unreadable, tiny, blank, duplicates, empty, unbalanced]
  return [...all.map(({ length }) => length), ...inLists].reduce((sum, count) => sum + count, 0)
}

const SHOWN = 10

function describe(result: CheckResult, root: string): string {
  const { pictures, parts, classes, unreadable, tiny, blank, duplicates, empty, unbalanced, lists } = result
  const copies = duplicates.map(({ kind, members, acrossParts, acrossClasses }) => {
    const wrong = [acrossClasses && 'of different classes', acrossParts && 'in different parts'].filter(Boolean)
    const names = members.map(({ part, class: name, name: file }) => `\n    ${part} ${name}: ${relative(root, file)}`)
    return `${kind === 'same' ? 'the same' : 'nearly the same'}${wrong.length > 0 ? `, ${wrong.join(', ')}` : ''}${names.join('')}`
  })
  const sections = [
    section(
      'unreadable',
      unreadable.map(({ reason }) => reason),
    ),
    section(
      'tiny',
      tiny.map(({ name, width, height }) => `${relative(root, name)}: ${width} x ${height}`),
    ),
    section(
      'blank',
      blank.map(({ name }) => relative(root, name)),
    ),
    section('duplicates', copies),
    section(
      'classes without pictures',
      empty.map(({ part, class: name }) => `${part}: ${name}`),
    ),
    section(
      'unbalanced classes',
      unbalanced.map(
        ({ part, largest, smallest }) =>
          `${part}: ${largest.class} has ${largest.pictures} pictures, ${smallest.class} ${smallest.pictures}`,
      ),
    ),
    ...lists.flatMap(describeList),
  ].filter((text) => text !== '')
  const table = textTable(
    [{ title: 'class' }, ...parts.map(({ name }) => ({ title: name, align: 'right' as const }))],
    [
      ...classes.map(({ name, counts }) => [name, ...counts.map(String)]),
      ['', ...parts.map((part) => String(part.pictures))],
    ],
  )
  const verdict = sections.length > 0 ? sections.join('\n') : `nothing wrong with ${pictures} pictures\n`
  return `${table}\n${verdict}`
}

function describeList({ file, bad, missing, beyond, repeated, unlisted }: ListReport): string[] {
  return [
    section(
      `lines of ${file} that can't be read`,
      bad.map(({ problem }) => problem),
    ),
    section(
      `pictures of ${file} that are missing`,
      missing.map(({ line, path }) => `line ${line}: ${path}`),
    ),
    section(
      `labels of ${file} beyond the classes`,
      beyond.map(({ line, label }) => `line ${line}: ${label}`),
    ),
    section(
      `pictures that ${file} has more than once`,
      repeated.map(
        ({ path, lines, differ }) => `${path}: lines ${lines.join(', ')}${differ ? ', with different labels' : ''}`,
      ),
    ),
    section(`pictures that ${file} doesn't have`, unlisted),
  ]
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const more = lines.length > SHOWN ? [`  … and ${lines.length - SHOWN} more; --json and --page have more`] : []
  return `${[`${title}: ${lines.length}`, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more].join('\n')}\n`
}
