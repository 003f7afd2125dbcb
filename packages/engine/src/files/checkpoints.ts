import type { Optimizer } from '@clas/optim'
import type { CheckpointMetadata } from '../checkpoint.ts'
import type { TrainObserver } from '../events.ts'
import { writeCheckpoint } from './checkpoint-file.ts'
import type { Run } from './run.ts'

/** Options of {@link checkpoints}. */
export interface CheckpointsOptions {
  /** The optimizer that trains. */
  readonly optimizer: Optimizer
  readonly metadata: CheckpointMetadata
  /** Writes `last` every so many epochs, and after the last. Default: 1. */
  readonly every?: number
}

/**
 * Writes `best` after the epoch with the best top-1 so far, and `last` after epochs and when training is stopped.
 *
 * @throws `disk-full`, `io`, from the observer; the files from before are whole then
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { checkpoints, createRun } from '@clas/engine/node'
 * import { sgd } from '@clas/optim'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * const metadata = { seed: 1, model: 'linear', classes: ['cat', 'dog'] }
 * console.log(typeof checkpoints(run, { optimizer: sgd({ lr: 0.1 }), metadata }))
 * ```
 */
export function checkpoints(run: Run, { optimizer, metadata, every = 1 }: CheckpointsOptions): TrainObserver {
  return async (event) => {
    if (event.type === 'stopped') await writeCheckpoint(run.files.last, { state: event.state, optimizer, metadata })
    if (event.type !== 'epoch-end') return
    const { state, epoch, epochs } = event
    // The best first: killed in between, the run resumes from the last and writes the same best again.
    if (state.best?.epoch === epoch) await writeCheckpoint(run.files.best, { state, optimizer, metadata })
    const due = (epoch + 1) % every === 0 || epoch + 1 === epochs
    if (due) await writeCheckpoint(run.files.last, { state, optimizer, metadata })
  }
}
