import { readFile } from 'node:fs/promises'
import { ClasError } from '@clas/core'
import { type Checkpoint, decodeCheckpoint, type EncodeCheckpointOptions, encodeCheckpoint } from '../checkpoint.ts'
import { type WriteOptions, writeFileAtomic } from './atomic.ts'

/**
 * Reads a checkpoint. Make a state or variables of it with `restoreState` or `restoreVariables`.
 *
 * @throws `io` when the file can't be read, `corrupt-file` when it is cut off or no checkpoint
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRng } from '@clas/core'
 * import { createTrainState } from '@clas/engine'
 * import { readCheckpoint, writeCheckpoint } from '@clas/engine/node'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(linear(4, 2), createRng(1)), optimizer })
 * const file = join(await mkdtemp(join(tmpdir(), 'run-')), 'last.safetensors')
 * await writeCheckpoint(file, { state, optimizer, metadata: { seed: 1, model: 'linear', classes: ['cat', 'dog'] } })
 * console.log((await readCheckpoint(file)).progress.step) // 0
 * ```
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ClasError('io', `the checkpoint ${path} can't be read: ${code}`, { file: path, code }, { cause: error })
  }
  return decodeCheckpoint(bytes, path)
}

/**
 * Writes a checkpoint; the file from before is there until the new one is whole.
 *
 * @throws `disk-full`, `io`
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRng } from '@clas/core'
 * import { createTrainState } from '@clas/engine'
 * import { writeCheckpoint } from '@clas/engine/node'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(linear(4, 2), createRng(1)), optimizer })
 * const file = join(await mkdtemp(join(tmpdir(), 'run-')), 'last.safetensors')
 * await writeCheckpoint(file, { state, optimizer, metadata: { seed: 1, model: 'linear', classes: ['cat', 'dog'] } })
 * ```
 */
export async function writeCheckpoint(
  path: string,
  content: EncodeCheckpointOptions,
  options: WriteOptions = {},
): Promise<void> {
  await writeFileAtomic(path, await encodeCheckpoint(content), options)
}
