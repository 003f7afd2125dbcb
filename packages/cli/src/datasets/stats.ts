import { basename } from 'node:path'
import { type DatasetStatistics, datasetStatistics, type Spread } from '@clas/data/node'
import { html } from '@clas/engine'
import { textTable } from '../table.ts'
import { usageError } from '../usage-error.ts'
import { type DatasetTool, LIST_OPTIONS } from './dataset-tool.ts'
import { openParts, type Parts } from './open-parts.ts'
import { bar, pictureRow, table, writePage } from './page.ts'
import { pictureProgress } from './progress.ts'
import { thumbnail } from './thumbnail.ts'

/** `clas datasets stats`: sizes, classes, mean and deviation. */
export const stats: DatasetTool = {
  name: 'stats',
  usage: 'FOLDER | LIST... [--page FILE]',
  options: {
    ...LIST_OPTIONS,
    page: { value: 'FILE', description: 'write the numbers as a page, with some pictures of each class' },
    json: { description: 'print JSON instead of text' },
  },
  example: 'clas datasets stats photos/train --json',
  async run(inputs, args, io) {
    const { parts } = await openParts(inputs, args)
    const page = args.text('page')
    if (page !== undefined && !page.endsWith('.html')) throw usageError(`--page must end in .html, found '${page}'`)
    const found: Record<string, DatasetStatistics> = {}
    for (const [name, source] of Object.entries(parts)) {
      const onProgress = pictureProgress(io)
      found[name] = await datasetStatistics(source, { onProgress, ...(io.signal && { signal: io.signal }) })
    }
    if (page !== undefined) io.stderr.write(`page: ${await statsPage(page, found, parts)}\n`)
    const text = Object.entries(found).map(([name, statistics]) => describe(name, statistics))
    io.stdout.write(args.has('json') ? `${JSON.stringify(found, null, 2)}\n` : text.join('\n'))
    return 0
  },
}

const numbers = (values: readonly number[]): string => values.map((value) => value.toFixed(4)).join(', ')
const spread = ({ least, median, most }: Spread, digits = 0): string =>
  `${least.toFixed(digits)} to ${most.toFixed(digits)}, median ${median.toFixed(digits)}`

function facts({ pictures, unreadable, width, height, ratio, mean, deviation }: DatasetStatistics): [string, string][] {
  return [
    ['pictures', String(pictures)],
    ...(unreadable > 0 ? [['unreadable', String(unreadable)] as [string, string]] : []),
    ['width', spread(width)],
    ['height', spread(height)],
    ['width by height', spread(ratio, 2)],
    ['mean', numbers(mean)],
    ['deviation', numbers(deviation)],
  ]
}

function describe(name: string, statistics: DatasetStatistics): string {
  const lines = facts(statistics).map(([title, value]) => `${title.padEnd(16)} ${value}`)
  const classes = textTable(
    [{ title: 'class' }, { title: 'pictures', align: 'right' }, { title: 'share', align: 'right' }],
    statistics.classes.map(({ name: title, pictures }) => [
      title,
      String(pictures),
      `${((100 * pictures) / statistics.pictures).toFixed(1)}%`,
    ]),
  )
  return `${name}\n${lines.join('\n')}\n\n${classes}`
}

const PER_CLASS = 6
const CLASSES_SHOWN = 40

async function statsPage(file: string, found: Record<string, DatasetStatistics>, parts: Parts): Promise<string> {
  const sections = []
  for (const [name, statistics] of Object.entries(found)) {
    const most = Math.max(...statistics.classes.map(({ pictures }) => pictures))
    const histogram = statistics.classes.map(({ name: title, pictures }) => [
      title,
      String(pictures),
      bar(pictures / most),
    ])
    sections.push(html`<section><h2>${name}</h2>${table(['', ''], facts(statistics))}
${table(['class', 'pictures', ''], histogram)}${await samplesOf(name, statistics, parts)}</section>`)
  }
  const pictures = Object.values(found).reduce((sum, statistics) => sum + statistics.pictures, 0)
  const classes = Object.values(found)[0]?.classes.length ?? 0
  const tiles = [
    ['pictures', String(pictures)],
    ['classes', String(classes)],
  ] as const
  return writePage(file, 'Statistics of a data set', tiles, sections)
}

/** The first pictures of each class. */
async function samplesOf(part: string, { classes }: DatasetStatistics, parts: Parts) {
  const source = parts[part]
  if (!source) return html``
  const byClass = classes.map((): number[] => [])
  for (let i = 0; i < source.length; i++) {
    const list = byClass[source.label(i)]
    if (list && list.length < PER_CLASS) list.push(i)
  }
  const rows = []
  for (const [label, indices] of byClass.slice(0, CLASSES_SHOWN).entries()) {
    const figures = await Promise.all(
      indices.map(async (index) => ({
        url: await thumbnail(source, index),
        title: '',
        note: basename(source.name(index)),
      })),
    )
    rows.push(pictureRow(html`<b>${classes[label]?.name ?? ''}</b>`, figures))
  }
  return html`${rows}`
}
