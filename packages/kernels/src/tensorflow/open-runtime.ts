import { ClasError } from '@clas/core'
import { threadsOf } from '../threads.ts'
import { AutocastRuntime } from './autocast-runtime.ts'
import { createContext } from './context.ts'
import { EagerRuntime } from './eager-runtime.ts'
import { findLibrary, libraryMissing } from './find-library.ts'
import { loadLibrary } from './load-library.ts'
import { RecordingRuntime } from './recording-runtime.ts'

/** Options of {@link openRuntime}. */
export interface RuntimeOptions {
  /** TensorFlow's library: a file, or the folder that it is in. Default: the variable CLAS_TENSORFLOW, else a search. */
  readonly library?: string
  /** Threads of one operation. Default: the variable CLAS_THREADS, else the number of processors. */
  readonly threads?: number
  /** Such as 'GPU:1' or 'CPU'. Default: the first GPU, else the CPU. */
  readonly device?: string
}

let opened: Promise<AutocastRuntime> | undefined
let current: AutocastRuntime | undefined

/**
 * Loads TensorFlow and starts it. There is one runtime for each thread of JavaScript: a second call gives the first's.
 *
 * @throws `backend-unavailable` where there is no library, with the places looked at and the command that gets it
 */
export function openRuntime(options: RuntimeOptions = {}): Promise<AutocastRuntime> {
  opened ??= open(options).catch((error: unknown) => {
    opened = undefined
    throw error
  })
  return opened
}

/** What {@link openRuntime} gave last. */
export function openedRuntime(): AutocastRuntime {
  if (!current) {
    throw new ClasError('backend-not-ready', "TensorFlow is not open yet; call `await useBackend('tensorflow')` first")
  }
  return current
}

async function open({ library, threads: given, device }: RuntimeOptions): Promise<AutocastRuntime> {
  const threads = threadsOf(given)
  const search = await findLibrary(library)
  if (!search.found) throw libraryMissing(search)
  const loaded = await loadLibrary(search.found.paths)
  const eager = new EagerRuntime(createContext(loaded, { threads, parallelOperations: threads }, device))
  current = new AutocastRuntime(new RecordingRuntime(eager))
  return current
}
