import { type Answer, type Engine, isReference, type Job, type Measured } from './engines.ts'
import { type Cost, type Report, type Row, rowOf, saveJson, type Work } from './report.ts'
import { runJob } from './run-job.ts'

/** One thing that several engines do. */
export interface Contest {
  readonly work: Work
  readonly name: string
  readonly threads: number
  readonly cost: Cost
  /** Of clas's model, to see that the peers have the same. */
  readonly parameters?: number
  readonly engines: readonly Engine[]
  readonly rounds: number
  readonly jobOf: (engine: Engine) => Job
}

/** Parameters may differ by this much before it is said. */
const PARAMETER_TOLERANCE = 0.01
/** More cores at work than threads asked for, by this factor. */
const CORE_TOLERANCE = 1.15

/**
 * Goes through the engines again and again, each time in a new process, so that a drift of the machine hits all of them,
 * and puts a row for each into the report.
 */
export async function compare(contest: Contest, report: Report, environment: NodeJS.ProcessEnv): Promise<void> {
  const { work, name, threads, engines, rounds, jobOf } = contest
  const measured = new Map<Engine, Measured[]>()
  const failed = new Set<Engine>()
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      if (failed.has(engine)) continue
      const answer: Answer<Measured> = await runJob<Measured>(jobOf(engine), environment)
      if ('value' in answer) {
        measured.set(engine, [...(measured.get(engine) ?? []), answer.value])
      } else {
        failed.add(engine)
        say(report.skipped, `${work} ${name}, ${threads} threads, ${engine.name}: ${answer.unavailable}`, 'skipped')
      }
    }
  }
  const peak = report.peaks.find((each) => each.threads === threads)
  const rows = [...measured].map(([engine, answers]) => {
    check(contest, engine, answers, report)
    return { engine, row: rowOf({ work, name, threads, engine: engine.name }, answers, contest.cost, peak) }
  })
  const references = rows.filter(({ engine }) => isReference(engine)).map(({ row }) => row.milliseconds.median)
  const reference = Math.min(...references)
  for (const { row } of rows) {
    const compared = { ...row, ...(references.length > 0 && { toPyTorch: row.milliseconds.median / reference }) }
    report.rows.push(compared)
    console.log(lineOf(compared))
  }
  saveJson(report)
}

function check(contest: Contest, { name }: Engine, answers: readonly Measured[], { warnings }: Report): void {
  const [first] = answers
  const { parameters, threads, work } = contest
  const place = `${work} ${contest.name}, ${name}`
  const found = first?.parameters
  if (parameters && found && Math.abs(found / parameters - 1) > PARAMETER_TOLERANCE) {
    say(warnings, `${place}: ${found} parameters, clas has ${parameters}: not the same model`, 'warning')
  }
  // Not in short measurements: the engine compiles on threads of its own then.
  const milliseconds = answers.flatMap((answer) => answer.milliseconds).reduce((sum, value) => sum + value, 0)
  const cores = Math.min(...answers.map((answer) => answer.cores))
  if (cores > threads * CORE_TOLERANCE && milliseconds > 1000) {
    say(warnings, `${place}: ${cores.toFixed(2)} cores at work, ${threads} threads asked for`, 'warning')
  }
}

/** Prints and notes a line, once. */
export function say(list: string[], line: string, kind: 'skipped' | 'warning'): void {
  if (list.includes(line)) return
  list.push(line)
  console.log(`${kind}: ${line}`)
}

function lineOf({ work, name, threads, engine, milliseconds: { median }, toPyTorch }: Row): string {
  const ratio = toPyTorch === undefined ? '' : `  ${toPyTorch.toFixed(2)} of PyTorch`
  return `${work.padEnd(14)} ${name.padEnd(58)} ${threads} ${engine.padEnd(28)} ${median.toFixed(2).padStart(10)} ms${ratio}`
}
