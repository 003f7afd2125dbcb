import { addRows, countOf, othersOf, say } from './compare.ts'
import type { Answer, Engine, Measured } from './engines.ts'
import { KERNEL_CASES, labelOf } from './kernels.ts'
import type { Report } from './report.ts'
import { runJob } from './run-job.ts'
import { save } from './save.ts'

/** Seconds of timings for one kernel, at most. */
const SECONDS = 0.4

/** Kernels: one process for an engine, one kernel after the other. */
export async function compareKernels(
  threads: number,
  engines: readonly Engine[],
  report: Report,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { kernels, quick, runs, seconds } = report.options
  const cases = KERNEL_CASES.filter((each) => labelOf(each).includes(kernels) && (!quick || kernels || each.quick))
  const answers = new Map<Engine, readonly Answer<Measured>[]>()
  for (const engine of engines) {
    const limit = Math.min(SECONDS, seconds)
    const job = { work: 'kernels', cases, engine, threads, runs, seconds: limit } as const
    const answer = await runJob<readonly Answer<Measured>[]>(job, environment)
    if ('value' in answer)
      answers.set(
        engine,
        answer.value.map((each) => withOthers(each, answer)),
      )
    else say(report.skipped, `kernels, ${countOf(threads)}, ${engine.name}: ${answer.unavailable}`, 'skipped')
  }
  cases.forEach(({ name, pass, flops, bytes }, i) => {
    const measured = new Map<Engine, readonly Measured[]>()
    for (const [engine, all] of answers) {
      const answer = all[i]
      if (answer && 'value' in answer) measured.set(engine, [answer.value])
      else say(report.skipped, `${name}, ${pass}, ${engine.name}: ${answer?.unavailable ?? 'no answer'}`, 'skipped')
    }
    const cost = { ...(flops !== undefined && { flops }), ...(bytes !== undefined && { bytes }) }
    addRows({ work: 'kernel', name: `${name}, ${pass}`, threads, cost }, measured, report)
  })
  save(report)
}

/** What is known of the process counts for all that it measured. */
function withOthers(one: Answer<Measured>, all: Answer<unknown>): Answer<Measured> {
  return 'value' in one ? { value: { ...one.value, ...othersOf(all) } } : one
}
