import { appendFile, readFile } from 'node:fs/promises'
import { ClasError } from '@clas/core'
import type { TrainEvent, TrainObserver } from '../events.ts'
import { fileError, writeFileAtomic } from './atomic.ts'
import type { Run } from './run.ts'

type WithoutState<E> = E extends unknown ? Omit<E, 'state'> : never

/** An event as the log holds it: without the state, with the time. */
export type LoggedEvent = WithoutState<TrainEvent> & {
  /** When it was written: ISO 8601, UTC. */
  readonly time: string
}

/**
 * Writes each event to the run's `log.jsonl`, one line of JSON each. When training is resumed, what the log has of steps
 * after the checkpoint is taken out first, so no step is there twice.
 *
 * @throws `disk-full`, `io`, from the observer
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, jsonLinesLog } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * console.log(typeof jsonLinesLog(run))
 * ```
 */
export function jsonLinesLog(
  run: Run,
  { clock = () => new Date() }: { readonly clock?: () => Date } = {},
): TrainObserver {
  return async (event) => {
    if (event.type === 'train-start') await forgetAfter(run, event.step)
    const { state, ...numbers } = { state: undefined, ...event }
    const line = `${JSON.stringify({ time: clock().toISOString(), ...numbers })}\n`
    try {
      await appendFile(run.files.log, line)
    } catch (error) {
      throw fileError(error, run.files.log, line.length)
    }
  }
}

/**
 * The events of a run's log; none where there is no log. A last line that was cut off is left out.
 *
 * @throws `corrupt-file` with the line, when another line is not JSON
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, readLog } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * console.log(await readLog(run)) // []
 * ```
 */
export async function readLog(run: Run): Promise<LoggedEvent[]> {
  const text = await readFile(run.files.log, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw new ClasError(
      'io',
      `${run.files.log} can't be read: ${error.code}`,
      { file: run.files.log },
      { cause: error },
    )
  })
  const lines = text.split('\n')
  lines.pop() // empty, or cut off
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as LoggedEvent
    } catch (error) {
      const at = { file: run.files.log, line: i + 1 }
      throw new ClasError('corrupt-file', `line ${i + 1} of ${run.files.log} is not JSON`, at, { cause: error })
    }
  })
}

async function forgetAfter(run: Run, step: number): Promise<void> {
  const events = await readLog(run)
  const kept = events.filter((event) => event.step <= step && event.type !== 'stopped')
  if (events.length > 0)
    await writeFileAtomic(run.files.log, kept.map((event) => `${JSON.stringify(event)}\n`).join(''))
}
