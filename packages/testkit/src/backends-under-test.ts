import process from 'node:process'
import type { BackendName } from '@clas/kernels'

const NAMES: readonly BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu']

/** The backend under test, fast enough for whole models: the environment's CLAS_BACKEND. Default: wasm. */
export const FAST_BACKEND: BackendName = fromEnvironment()

/** The reference, and the backend under test. */
export const BACKENDS_UNDER_TEST: readonly BackendName[] = FAST_BACKEND === 'cpu' ? ['cpu'] : ['cpu', FAST_BACKEND]

function fromEnvironment(): BackendName {
  const said = process.env.CLAS_BACKEND
  if (said === undefined || said === '') return 'wasm'
  const found = NAMES.find((name) => name === said)
  if (!found) throw new Error(`CLAS_BACKEND must be one of ${NAMES.join(', ')}, found '${said}'`)
  return found
}
