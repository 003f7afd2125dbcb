import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageFolder } from '@clas/data/node'
import type { DataOptions } from './data-options.ts'
import { findPictures } from './data-pictures.ts'
import { machine } from './machine.ts'
import { section } from './markdown-table.ts'
import { runScript } from './run-job.ts'

/** What a process measures. */
export interface DataJob {
  readonly engine: 'clas' | 'Pillow' | 'OpenCV'
  /** `plain`: random resized crop to 224, flip, normalise. `RandAugment`: that before the last step, too. */
  readonly work: 'plain' | 'RandAugment'
  readonly folder: string
  readonly workers: number
  readonly batchSize: number
  readonly passes: number
}

/** What a process answers. */
export interface DataMeasured {
  readonly picturesPerSecond: number
  /** Of clas: of a picture, by one of the threads, and what the main thread takes beside them. */
  readonly milliseconds?: Readonly<Record<'read' | 'decode' | 'transform' | 'mainThread', number>>
  /** Of a peer. */
  readonly versions?: string
}

interface Contestant {
  readonly name: string
  readonly engine: DataJob['engine']
  readonly work: DataJob['work']
  /** What clas is to be faster by. */
  readonly bar?: number
}

const CONTESTANTS: readonly Contestant[] = [
  { name: 'clas', engine: 'clas', work: 'plain' },
  { name: 'torchvision with Pillow, DataLoader', engine: 'Pillow', work: 'plain', bar: 2 },
  { name: 'OpenCV, DataLoader', engine: 'OpenCV', work: 'plain', bar: 1.7 },
  { name: 'clas, RandAugment', engine: 'clas', work: 'RandAugment' },
  { name: 'torchvision v2 with Pillow, RandAugment, DataLoader', engine: 'Pillow', work: 'RandAugment', bar: 2 },
]

/** The processor time of others, in cores, from which on a measurement counts as disturbed. */
const OTHERS_TOLERANCE = 0.25

/** Measures clas's loader and its peers' in turn, and prints and writes the table. */
export async function compareData(options: DataOptions): Promise<void> {
  const { workers, batchSize, passes, rounds, peers, quick, out } = options
  await using pictures = await findPictures(options.pictures, quick)
  const { length } = await imageFolder(pictures.folder)
  const entered = CONTESTANTS.filter(({ engine }) => peers || engine === 'clas')
  const measured = new Map<Contestant, (DataMeasured & { readonly otherCores: number })[]>()
  const missing = new Map<Contestant, string>()
  for (let round = 1; round <= rounds; round++) {
    for (const contestant of entered) {
      if (missing.has(contestant)) continue
      const { name, engine, work } = contestant
      const job: DataJob = { engine, work, folder: pictures.folder, workers, batchSize, passes }
      const script = engine === 'clas' ? './data-child.ts' : './python/data_peer.py'
      const answer = await runScript<DataMeasured>(script, job, {})
      if ('unavailable' in answer) {
        missing.set(contestant, answer.unavailable)
        console.log(`skipped: ${name}: ${answer.unavailable}`)
        continue
      }
      const { value, otherCores = 0 } = answer
      measured.set(contestant, [...(measured.get(contestant) ?? []), { ...value, otherCores }])
      const disturbed = otherCores > OTHERS_TOLERANCE ? `  (others kept ${otherCores.toFixed(2)} cores busy)` : ''
      console.log(
        `${round} ${name.padEnd(54)} ${value.picturesPerSecond.toFixed(0).padStart(6)} pictures/s${disturbed}`,
      )
    }
  }
  const rows = rowsOf(measured)
  const head = {
    date: new Date().toISOString(),
    machine: machine(),
    pictures: `${length} ${pictures.what}`,
    ...{ workers, batchSize, passes, rounds },
  }
  const skipped = Object.fromEntries([...missing].map(([{ name }, reason]) => [name, reason]))
  const text = markdown(head, rows)
  console.log(`\n${text}`)
  if (out === undefined) return
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'data.json'), `${JSON.stringify({ ...head, rows, skipped }, null, 2)}\n`)
  writeFileSync(join(out, 'data.md'), text)
}

interface Row extends Contestant {
  /** The middle one of all rounds, and all. */
  readonly picturesPerSecond: number
  readonly rounds: readonly number[]
  /** How many times as fast clas is. */
  readonly ratio?: number
  readonly milliseconds?: DataMeasured['milliseconds']
  readonly versions?: string
  /** The most of all rounds. */
  readonly otherCores: number
}

function rowsOf(measured: ReadonlyMap<Contestant, readonly (DataMeasured & { otherCores: number })[]>): Row[] {
  const speeds = new Map([...measured].map(([contestant, all]) => [contestant, median(all)]))
  return [...measured].map(([contestant, all]) => {
    const own = speeds.get(contestant) ?? Number.NaN
    const [clas] = [...speeds].find(([{ engine, work }]) => engine === 'clas' && work === contestant.work) ?? []
    const ratio = clas && contestant.engine !== 'clas' ? (speeds.get(clas) ?? Number.NaN) / own : undefined
    const [{ milliseconds, versions } = {}] = all
    return {
      ...contestant,
      picturesPerSecond: own,
      rounds: all.map(({ picturesPerSecond }) => picturesPerSecond),
      ...(ratio !== undefined && { ratio }),
      ...(milliseconds && { milliseconds }),
      ...(versions !== undefined && { versions }),
      otherCores: Math.max(...all.map(({ otherCores }) => otherCores)),
    }
  })
}

function median(all: readonly DataMeasured[]): number {
  const sorted = all.map(({ picturesPerSecond }) => picturesPerSecond).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] as number
}

interface Head {
  readonly date: string
  readonly machine: ReturnType<typeof machine>
  readonly pictures: string
  readonly workers: number
  readonly batchSize: number
}

function markdown(
  { date, machine: { cpu, cores, node }, pictures, workers, batchSize }: Head,
  rows: readonly Row[],
): string {
  const body = rows.map(({ name, picturesPerSecond, ratio, bar, rounds, otherCores, milliseconds: parts }) => [
    name,
    picturesPerSecond.toFixed(0),
    ratio === undefined ? '–' : `${ratio.toFixed(2)}${bar === undefined ? '' : ` (bar ${bar})`}`,
    ...(['read', 'decode', 'transform', 'mainThread'] as const).map((part) => parts?.[part].toFixed(2) ?? '–'),
    rounds.map((each) => each.toFixed(0)).join(', '),
    otherCores.toFixed(2),
  ])
  const header = [
    'loader',
    'pictures/s',
    "clas's speed by its",
    'read ms',
    'decode',
    'transform',
    'main thread',
    'rounds',
    'cores of others',
  ]
  const legend =
    `${cpu}, ${cores} cores, Node ${node}; ${pictures}, ${workers} workers, batches of ${batchSize}. ` +
    'Decode, random resized crop to 224, flip, normalise. Milliseconds are of one picture and thread.'
  const peers = [...new Set(rows.flatMap(({ versions }) => versions ?? []))].map((each) => `- ${each}`)
  return `${[section(`Pictures per second, ${date.slice(0, 10)}`, legend, header, body), peers.join('\n')].filter(Boolean).join('\n\n')}\n`
}
