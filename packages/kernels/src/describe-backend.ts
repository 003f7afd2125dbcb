import { getBackend } from '@tensorflow/tfjs-core'

/**
 * One line on what the chosen backend computes with, for a person to read: on `tensorflow` the version, the devices, the
 * threads and the library.
 *
 * @returns undefined where there is nothing to tell besides the backend's name
 * @example
 * ```ts
 * import { describeBackend, useBackend } from '@clas/kernels'
 * await useBackend('cpu')
 * console.log(await describeBackend()) // undefined
 * ```
 */
export async function describeBackend(): Promise<string | undefined> {
  if (getBackend() !== 'tensorflow') return undefined
  return (await import('./tensorflow/start.ts')).describeTensorflow()
}
