import { createRequire } from 'node:module'
import { findBackend, findBackendFactory, registerBackend, setBackend } from '@tensorflow/tfjs-core'
import { threadsOf } from '../threads.ts'
import { TensorflowBackend } from './backend.ts'
import { registerTensorflowCompiler } from './compiler.ts'
import { shortName } from './context.ts'
import { findLibrary } from './find-library.ts'
import { openRuntime, type RuntimeOptions } from './open-runtime.ts'
import { registerTfjsKernels } from './register.ts'
import { isTfjsNode } from './tfjs-node-executor.ts'

/** Higher is taken first where nobody chooses: as tfjs-node has it. */
const PRIORITY = 3

/**
 * Makes `tensorflow` the backend of tfjs: that which a program brought by importing @tensorflow/tfjs-node, else the one
 * of this package on TensorFlow's library.
 *
 * @param options - count only where the library is not open yet
 * @throws `backend-unavailable` where there is no library, with the command that gets it
 */
export async function startTensorflow(options: RuntimeOptions = {}): Promise<void> {
  // It may be registered and not be made yet; `findBackend` makes it.
  if (findBackendFactory('tensorflow') === null) {
    const runtime = await openRuntime(options)
    threads = threadsOf(options.threads)
    registerTfjsKernels()
    registerBackend('tensorflow', () => new TensorflowBackend(runtime), PRIORITY)
  }
  const backend: unknown = findBackend('tensorflow')
  if (isTfjsNode(backend)) restoreUtil()
  else registerTensorflowCompiler(backend as TensorflowBackend)
  if (!(await setBackend('tensorflow'))) throw new Error('it could not be initialised; see the console')
}

let threads = 0

/** One line on what computes: TensorFlow's version, devices and library. The backend must be started. */
export async function describeTensorflow(): Promise<string> {
  const backend: unknown = findBackend('tensorflow')
  if (isTfjsNode(backend)) return `tfjs-node with ${backend.isUsingGpuDevice ? 'a GPU' : 'the CPU'}`
  const { version, devices } = (backend as TensorflowBackend).runtime
  const { found } = await findLibrary()
  const names = devices.map(({ name }) => shortName(name)).join(', ')
  return `TensorFlow ${version} on ${names}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${found?.paths.at(-1)}`
}

/** tfjs-node 4.22 calls two functions of Node's `util` that Node 23 took away. */
function restoreUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: unknown; isArray?: unknown }
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
}
