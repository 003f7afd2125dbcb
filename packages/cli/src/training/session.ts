import { createRng } from '@clas/core'
import {
  classification,
  createTrainState,
  disposeTrainState,
  fit,
  lossScaler,
  restoreState,
  type TrainEvent,
} from '@clas/engine'
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

/** As in PaddleClas's recipes for mixed precision. */
const FIRST_LOSS_SCALE = 128

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
    const { ended, peakBytes } = await trainToEnd(session, parts, io)
    if (ended) {
      await finish(session, parts, { seconds: (performance.now() - begun) / 1000, peakBytes }, io)
      return 0
    }
  } catch (error) {
    if (!io.signal?.aborted || error !== io.signal.reason) throw error
  }
  skipped.summarise()
  io.stdout.write(`saved in ${run.files.last}; go on with: clas train --resume ${quoted(run.folder)}\n`)
  return INTERRUPTED
}

/** Whether the end was reached, and how much memory a step took, where there was one. */
async function trainToEnd(
  session: Session,
  parts: LoaderParts,
  { stderr, signal }: CommandIo,
): Promise<{ readonly ended: boolean; readonly peakBytes: number | undefined }> {
  const { run, settings, model, pictures, checkpoint } = session
  const { epochs, seed, smoothing, freeze, precision = 'f32' } = settings
  let peakBytes: number | undefined
  const seePeak = (event: TrainEvent): void => {
    if (event.type === 'step-mode') peakBytes ??= event.peakBytes
  }
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
      precision,
      ...(precision === 'f16' && { lossScaler: lossScaler({ scale: FIRST_LOSS_SCALE }) }),
      ...(signal && { signal }),
    },
    seePeak,
    progressBar({ stream: stderr }),
    jsonLinesLog(run),
    checkpoints(run, { optimizer, metadata: { seed, model: model.name, classes } }),
  )
  const ended = state.epoch >= epochs
  disposeTrainState(state, optimizer)
  return { ended, peakBytes }
}

/** A path as it is typed. */
function quoted(path: string): string {
  return path.includes(' ') ? `"${path}"` : path
}
