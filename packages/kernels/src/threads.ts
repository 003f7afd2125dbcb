import { ClasError } from '@clas/core'

/**
 * How many threads compute: as given, else by the environment's CLAS_THREADS, else as many as the machine runs at once; 1
 * in pages where threads could not share memory.
 *
 * @throws `bad-option` unless it is a whole number of at least 1
 */
export function threadsOf(given?: number): number {
  const threads = given ?? environmentThreads() ?? availableThreads()
  if (Number.isSafeInteger(threads) && threads >= 1) return threads
  const from = given === undefined ? 'CLAS_THREADS' : 'threads'
  throw new ClasError('bad-option', `${from} must be a whole number of at least 1, found ${threads}`, { threads })
}

function environmentThreads(): number | undefined {
  const text = globalThis.process?.env?.CLAS_THREADS
  return text === undefined || text === '' ? undefined : Number(text)
}

function availableThreads(): number {
  const system = globalThis.process?.getBuiltinModule?.('node:os')
  if (system) return system.availableParallelism()
  return globalThis.crossOriginIsolated ? (globalThis.navigator?.hardwareConcurrency ?? 1) : 1
}
