import { createRng } from '@clas/core'
import { classification, createTrainState, disposeTrainState, fit, restoreState } from '@clas/engine'
import { checkpoints, jsonLinesLog, progressBar } from '@clas/engine/node'
import { init } from '@clas/nn'
import { type CommandIo, INTERRUPTED } from '../io.ts'
import { SkippedPictures } from '../skipped-pictures.ts'
import { finish } from './finish.ts'
import { evaluationLoader, type LoaderParts, startPool, trainingLoader } from './loaders.ts'
import { buildOptimizer } from './recipe.ts'
import type { Session } from './session-parts.ts'

/** Often enough for a bar that moves, seldom enough for a log that is read. */
const EVENTS_PER_EPOCH = 50

/**
 * Trains to the end, or to the interrupt, and leaves everything in the run's folder.
 *
 * @returns the exit code
 */
export async function runSession(session: Session, io: CommandIo): Promise<number> {
  const { run, settings } = session
  const skipped = new SkippedPictures(io.stderr)
  const rng = createRng(settings.seed)
  await using pool = await startPool(settings.threads)
  const parts = { settings, rng, pool, skipped }
  const begun = performance.now()
  try {
    if (await trainToEnd(session, parts, io)) {
      await finish(session, parts, (performance.now() - begun) / 1000, io)
      return 0
    }
  } catch (error) {
    if (!io.signal?.aborted || error !== io.signal.reason) throw error
  }
  skipped.summarise()
  io.stdout.write(`saved in ${run.files.last}; go on with: clas train --resume ${quoted(run.folder)}\n`)
  return INTERRUPTED
}

/** Whether the end was reached. */
async function trainToEnd(session: Session, parts: LoaderParts, { stderr, signal }: CommandIo): Promise<boolean> {
  const { run, settings, model, pictures, checkpoint } = session
  const { epochs, seed, smoothing, freeze } = settings
  await using training = trainingLoader(pictures.training, parts)
  await using validation = evaluationLoader(pictures.validation, parts)
  const { classes } = pictures.training
  const { rng } = parts
  const optimizer = buildOptimizer(settings, model, training.stepsPerEpoch)
  const begin = checkpoint
    ? restoreState(checkpoint, { module: model, classes, optimizer })
    : createTrainState({ variables: init(model, rng.fork('init')), optimizer, frozen: freeze })
  const state = await fit(
    {
      task: classification({ module: model, smoothing, frozen: freeze }),
      loader: training,
      optimizer,
      state: begin,
      epochs,
      rng: rng.fork('train'),
      evaluate: { loader: validation },
      logEvery: Math.ceil(training.stepsPerEpoch / EVENTS_PER_EPOCH),
      frozen: freeze,
      module: model,
      ...(signal && { signal }),
    },
    progressBar({ stream: stderr }),
    jsonLinesLog(run),
    checkpoints(run, { optimizer, metadata: { seed, model: model.name, classes } }),
  )
  const ended = state.epoch >= epochs
  disposeTrainState(state, optimizer)
  return ended
}

/** A path as it is typed. */
function quoted(path: string): string {
  return path.includes(' ') ? `"${path}"` : path
}
