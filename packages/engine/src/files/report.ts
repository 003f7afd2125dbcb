import type { TrainObserver } from '../events.ts'
import { type ReportContent, renderReport } from '../report/render.ts'
import { writeFileAtomic } from './atomic.ts'
import { type LoggedEvent, readLog } from './log.ts'
import type { Run } from './run.ts'

/** What a report shows besides the run's config and its log. */
export interface ReportDetails extends Omit<ReportContent, 'title' | 'steps' | 'evaluations' | 'peakBytes'> {
  /** Default: the folder's path. */
  readonly title?: string
}

/**
 * Writes a run's `report.html`: the config, the curves from the log, and what else is given.
 *
 * @throws `corrupt-file` when the log can't be read; `disk-full`, `io`
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, writeReport } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * await writeReport(run, { title: 'digits' })
 * ```
 */
export async function writeReport(run: Run, details: ReportDetails = {}): Promise<void> {
  const log = await readLog(run)
  const mode = log.find((event) => isOf(event, 'step-mode'))
  const content = {
    title: run.folder,
    config: run.config,
    steps: log.filter((event) => isOf(event, 'step')),
    evaluations: log.filter((event) => isOf(event, 'evaluation')),
    ...(mode && { peakBytes: mode.peakBytes }),
    ...details,
  }
  await writeFileAtomic(run.files.report, renderReport(content))
}

/**
 * Writes the report when training ends or is stopped. Give it to `fit` after `jsonLinesLog`, whose lines it reads.
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, report } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * console.log(typeof report(run))
 * ```
 */
export function report(run: Run, details: ReportDetails = {}): TrainObserver {
  return async (event) => {
    if (event.type === 'end' || event.type === 'stopped') await writeReport(run, details)
  }
}

function isOf<T extends LoggedEvent['type']>(
  event: LoggedEvent,
  type: T,
): event is Extract<LoggedEvent, { readonly type: T }> {
  return event.type === type
}
