import { type Answer, type Engine, type Measured, type Reference, referenceOf } from './engines.ts'
import { type Cost, type Place, type Report, type Row, rowOf } from './report.ts'

/** One thing that several engines do. */
export interface Contest extends Place {
  readonly cost: Cost
  /** Of clas's model, to see that the peers have the same. */
  readonly parameters?: number
}

/** Parameters may differ by this much before it is said. */
const PARAMETER_TOLERANCE = 0.01
/** Cores that others may keep busy before it is said. */
export const OTHERS_TOLERANCE = 0.25
/** More cores at work than threads asked for, by this factor. */
const CORE_TOLERANCE = 1.15

/** Puts a row for each engine into the report, with its ratios to the references, and prints it. */
export function addRows(
  contest: Contest,
  measured: ReadonlyMap<Engine, readonly Measured[]>,
  { peaks, rows: all, warnings }: Report,
): void {
  const { cost, work, name, threads } = contest
  const place = { work, name, threads }
  const peak = peaks.find((each) => each.threads === threads)
  const rows = [...measured].map(([engine, answers]) => {
    check(contest, engine, answers, warnings)
    return { engine, row: rowOf(place, engine, answers, cost, peak) }
  })
  const fastest = new Map<Reference, number>()
  for (const { engine, row } of rows) {
    const reference = referenceOf(engine)
    if (!reference) continue
    fastest.set(reference, Math.min(fastest.get(reference) ?? Number.POSITIVE_INFINITY, row.milliseconds.median))
  }
  for (const { row } of rows) {
    const ratios = Object.fromEntries([...fastest].map(([name, time]) => [name, row.milliseconds.median / time]))
    all.push({ ...row, ratios })
    console.log(lineOf({ ...row, ratios }))
  }
}

function check(contest: Contest, { name }: Engine, answers: readonly Measured[], warnings: string[]): void {
  const [first] = answers
  const { parameters, threads, work } = contest
  const place = `${work} ${contest.name}, ${countOf(threads)}, ${name}`
  const found = first?.parameters
  if (parameters && found && Math.abs(found / parameters - 1) > PARAMETER_TOLERANCE) {
    say(warnings, `${place}: ${found} parameters, clas has ${parameters}: not the same model`, 'warning')
  }
  // Not in short measurements: the engine compiles on threads of its own then.
  const milliseconds = answers.flatMap((answer) => answer.milliseconds).reduce((sum, value) => sum + value, 0)
  const cores = Math.min(...answers.map((answer) => answer.cores))
  if (cores > threads * CORE_TOLERANCE && milliseconds > 1000) {
    say(warnings, `${place}: ${cores.toFixed(2)} cores at work`, 'warning')
  }
}

/** The part of an answer that a measurement takes over. */
export function othersOf(answer: Answer<unknown>): Pick<Measured, 'otherCores'> {
  return 'value' in answer && answer.otherCores !== undefined ? { otherCores: answer.otherCores } : {}
}

/** Prints and notes a line, once. */
export function say(list: string[], line: string, kind: 'skipped' | 'warning'): void {
  if (list.includes(line)) return
  list.push(line)
  console.log(`${kind}: ${line}`)
}

export const countOf = (threads: number): string => `${threads} thread${threads === 1 ? '' : 's'}`

function lineOf({ work, name, threads, engine, milliseconds: { median }, ratios, otherCores = 0 }: Row): string {
  const ratio = Object.entries(ratios).map(([reference, value]) => `${value.toFixed(2)} of ${reference}`)
  const place = `${work.padEnd(13)} ${name.padEnd(58)} ${threads} ${engine.padEnd(28)}`
  const others = otherCores > OTHERS_TOLERANCE ? `  (others kept ${otherCores.toFixed(2)} cores busy)` : ''
  return `${place} ${median.toFixed(2).padStart(9)} ms  ${ratio.join(', ')}${others}`
}
