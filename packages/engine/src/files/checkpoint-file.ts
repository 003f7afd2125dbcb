import { readFile } from 'node:fs/promises'
import { ClasError } from '@clas/core'
import { type Checkpoint, decodeCheckpoint, type EncodeCheckpointOptions, encodeCheckpoint } from '../checkpoint.ts'
import { type WriteOptions, writeFileAtomic } from './atomic.ts'

/**
 * Reads a checkpoint. Make a state or variables of it with `restoreState` or `restoreVariables`.
 *
 * @throws `io` when the file can't be read, `corrupt-file` when it is cut off or no checkpoint
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
 */
export async function writeCheckpoint(
  path: string,
  content: EncodeCheckpointOptions,
  options: WriteOptions = {},
): Promise<void> {
  await writeFileAtomic(path, await encodeCheckpoint(content), options)
}
