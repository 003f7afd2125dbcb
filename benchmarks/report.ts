import type { Engine, Measured, Reference } from './engines.ts'
import type { Machine } from './machine.ts'
import type { Options } from './options.ts'
import type { Peaks } from './peaks.ts'
import type { Versions } from './versions.ts'

export type Work = 'kernel' | 'training step' | 'inference'

/** One engine at one thing, of all its processes. */
export interface Row {
  readonly work: Work
  /** The kernel and its pass, or the model with size and batch. */
  readonly name: string
  readonly threads: number
  readonly engine: string
  /** Of the tables: see {@link Engine}. */
  readonly column: string
  /** The layout that was the better, of a kernel. */
  readonly note?: string
  readonly milliseconds: { readonly median: number; readonly least: number; readonly most: number }
  /** All that were taken, in order. */
  readonly timings: readonly number[]
  /** Arithmetic, or bytes where memory bounds the kernel, 10^9 a second. */
  readonly rate?: { readonly value: number; readonly unit: 'GFLOP/s' | 'GB/s'; readonly shareOfPeak?: number }
  /** Time relative to the fastest of each reference in this run: 2 is twice as long. */
  readonly ratios: Partial<Record<Reference, number>>
  /** Processor time by wall time. */
  readonly cores: number
  /** The same of everything else on the machine, while the process ran. */
  readonly otherCores?: number
  readonly peakTensorBytes?: number
  readonly residentBytes?: number
}

/** All of a run, as bench.json has it. */
export interface Report {
  readonly date: string
  /** That it took so far. */
  minutes: number
  readonly machine: Machine
  readonly versions: Versions
  readonly options: Options
  peaks: readonly Peaks[]
  /** What each backend of clas says of itself. */
  readonly backends: Record<string, readonly string[]>
  readonly rows: Row[]
  /** What was not measured, and why. */
  readonly skipped: string[]
  readonly warnings: string[]
}

/** What the work costs, to make a rate of a time. */
export interface Cost {
  readonly flops?: number
  readonly bytes?: number
}

/** What a row is of. */
export type Place = Pick<Row, 'work' | 'name' | 'threads'>

/** A row of the answers of one or more processes. */
export function rowOf(
  place: Place,
  { name: engine, column }: Engine,
  measured: readonly Measured[],
  { flops, bytes }: Cost,
  peak: Peaks | undefined,
): Omit<Row, 'ratios'> {
  const timings = measured.flatMap(({ milliseconds }) => milliseconds)
  const sorted = timings.toSorted((a, b) => a - b)
  const milliseconds = { median: medianOf(sorted), least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
  const most = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined)
    return known.length > 0 ? Math.max(...known) : undefined
  }
  const otherCores = most(measured.map((each) => each.otherCores))
  const peakTensorBytes = most(measured.map((each) => each.peakTensorBytes))
  const residentBytes = most(measured.map((each) => each.residentBytes))
  const notes = new Set(measured.flatMap(({ note }) => note || []))
  const perSecond = (amount: number): number => amount / milliseconds.median / 1e6
  return {
    ...place,
    ...{ engine, column, milliseconds, timings },
    ...(flops !== undefined && { rate: rate(perSecond(flops), 'GFLOP/s', peak?.gigaflops) }),
    ...(bytes !== undefined && { rate: rate(perSecond(bytes), 'GB/s', peak?.gigabytes) }),
    cores: medianOf(measured.map(({ cores }) => cores).toSorted((a, b) => a - b)),
    ...(otherCores !== undefined && { otherCores }),
    ...(peakTensorBytes !== undefined && { peakTensorBytes }),
    ...(residentBytes !== undefined && { residentBytes }),
    ...(notes.size > 0 && { note: [...notes].join(', ') }),
  }
}

function rate(value: number, unit: 'GFLOP/s' | 'GB/s', peak: number | undefined): NonNullable<Row['rate']> {
  return { value, unit, ...(peak !== undefined && { shareOfPeak: value / peak }) }
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
