import {
  type ArrayRecord,
  ClasError,
  decodeSafetensors,
  encodeSafetensors,
  type StateDict,
  type Tensors,
} from '@clas/core'
import type { Optimizer, SavedOptimizerState } from '@clas/optim'
import type { LossScale } from './loss-scaler.ts'
import type { BestResult, TrainState } from './state.ts'

/** What a checkpoint says of the run it belongs to. */
export interface CheckpointMetadata {
  /** The seed that all randomness of the run comes from. */
  readonly seed: number
  /** The model's name. */
  readonly model: string
  /** The classes' names, in the order of the logits. */
  readonly classes: readonly string[]
  /** Anything else: plain JSON. */
  readonly extra?: unknown
}

/** Where training stood. See {@link TrainState}. */
export interface CheckpointProgress {
  readonly step: number
  readonly epoch: number
  readonly batch: number
  readonly lossSum: number
  readonly best?: BestResult
  /** Missing where losses are not scaled. */
  readonly lossScale?: LossScale
}

/** What a checkpoint holds, as plain arrays: no tensor is made yet. */
export interface Checkpoint {
  /** The file's name, for messages. */
  readonly file: string
  readonly metadata: CheckpointMetadata
  readonly progress: CheckpointProgress
  readonly params: StateDict
  readonly buffers: StateDict
  readonly optimizer: SavedOptimizerState
}

/** What {@link encodeCheckpoint} writes. */
export interface EncodeCheckpointOptions {
  /** Borrowed until the promise is settled. */
  readonly state: TrainState
  /** The optimizer that made the state. */
  readonly optimizer: Optimizer
  readonly metadata: CheckpointMetadata
}

const FORMAT = 'clas-checkpoint'
const VERSION = 1

/**
 * Writes a state to the bytes of a safetensors file: arrays `params/…`, `buffers/…` and `optimizer/…`, and metadata as
 * JSON text. Values keep their bits.
 *
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { createTrainState, decodeCheckpoint, encodeCheckpoint, restoreState } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { momentum } from '@clas/optim'
 * await useBackend('cpu')
 * const module = linear(4, 2)
 * const optimizer = momentum({ lr: 0.1, momentum: 0.9 })
 * const state = createTrainState({ variables: init(module, createRng(1)), optimizer })
 * const metadata = { seed: 1, model: 'linear', classes: ['cat', 'dog'] }
 * const bytes = await encodeCheckpoint({ state, optimizer, metadata })
 * const again = restoreState(decodeCheckpoint(bytes, 'memory'), { module, optimizer })
 * console.log(again.step)
 * ```
 */
export async function encodeCheckpoint({ state, optimizer, metadata }: EncodeCheckpointOptions): Promise<Uint8Array> {
  const { step, epoch, batch, lossSum, best, lossScale, variables } = state
  const [params, buffers, saved] = await Promise.all([
    readArrays(variables.params),
    readArrays(variables.buffers),
    optimizer.toArrays(state.optimizer),
  ])
  const arrays = {
    ...prefixed('params/', params),
    ...prefixed('buffers/', buffers),
    ...prefixed('optimizer/', saved.arrays),
  }
  const progress: CheckpointProgress = {
    step,
    epoch,
    batch,
    lossSum,
    ...(best && { best }),
    ...(lossScale && { lossScale }),
  }
  return encodeSafetensors(arrays, {
    format: FORMAT,
    version: String(VERSION),
    run: JSON.stringify(metadata),
    progress: JSON.stringify(progress),
    optimizer: JSON.stringify(saved.json),
  })
}

/**
 * Reads the bytes that {@link encodeCheckpoint} wrote.
 *
 * @param bytes - the whole file
 * @param file - the file's name, for messages
 * @throws `corrupt-file` when the file is cut off, is no checkpoint, or is of a later version
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { createTrainState, decodeCheckpoint, encodeCheckpoint } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const module = linear(4, 2)
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(module, createRng(1)), optimizer })
 * const metadata = { seed: 1, model: 'linear', classes: ['cat', 'dog'] }
 * const bytes = await encodeCheckpoint({ state, optimizer, metadata })
 * console.log(decodeCheckpoint(bytes, 'memory').metadata.model) // linear
 * ```
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { arrays, metadata } = decodeSafetensors(bytes, file)
  const fail = (problem: string): never => {
    throw new ClasError('corrupt-file', `${file} can't be read as a checkpoint: ${problem}`, { file, problem })
  }
  if (metadata.format !== FORMAT) fail("it holds arrays, but wasn't written by clas; read it as a state dict")
  if (metadata.version !== String(VERSION)) {
    fail(`it has the version ${metadata.version}, this clas reads ${VERSION}; update clas`)
  }
  const json = (name: string): unknown => {
    try {
      return JSON.parse(metadata[name] ?? '')
    } catch {
      return fail(`its metadata '${name}' is not JSON`)
    }
  }
  const run = json('run')
  const progress = json('progress')
  if (!isRun(run)) return fail("its metadata 'run' lacks the seed, the model or the classes")
  if (!isProgress(progress)) return fail("its metadata 'progress' lacks the step, the epoch or the batch")
  return {
    file,
    metadata: run,
    progress,
    params: under('params/', arrays),
    buffers: under('buffers/', arrays),
    optimizer: { arrays: under('optimizer/', arrays), json: json('optimizer') },
  }
}

async function readArrays(tensors: Tensors): Promise<StateDict> {
  const entries = Object.entries(tensors).map(async ([path, tensor]) => {
    return [path, { shape: tensor.shape, data: (await tensor.data()) as ArrayRecord['data'] }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function prefixed(prefix: string, arrays: StateDict): StateDict {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix}${name}`, array]))
}

function under(prefix: string, arrays: StateDict): StateDict {
  const entries = Object.entries(arrays).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, array]) => [name.slice(prefix.length), array]))
}

function isRun(value: unknown): value is CheckpointMetadata {
  const { seed, model, classes } = (value ?? {}) as Record<string, unknown>
  const named = Array.isArray(classes) && classes.every((name) => typeof name === 'string')
  return typeof seed === 'number' && typeof model === 'string' && named
}

function isProgress(value: unknown): value is CheckpointProgress {
  const { step, epoch, batch, lossSum } = (value ?? {}) as Record<string, unknown>
  return [step, epoch, batch].every((count) => Number.isSafeInteger(count)) && typeof lossSum === 'number'
}
