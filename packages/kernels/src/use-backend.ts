import { ClasError } from '@clas/core'
import { backend, getBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import { registerCpuKernels } from './cpu/register.ts'
import { registerGradients } from './gradients/register.ts'
import { threadsOf } from './threads.ts'
import { withSharedMemory } from './wasm/shared-memory.ts'

/** The backends that have the kernels of this package. */
export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'

/** Which backend was taken, and why. */
export interface BackendChoice {
  readonly name: BackendName
  /** One line for the backend that was taken and for each that was passed over. */
  readonly reason: readonly string[]
}

/** Options of {@link useBackend}. */
export interface BackendOptions {
  /**
   * Threads that compute, on `tensorflow` and `wasm`, from 1 on; counts only where the backend starts. On `wasm`
   * results don't depend on it. Default: the environment's CLAS_THREADS, else as many as the machine runs at once. In a browser `wasm`
   * has more than one only in pages that are cross-origin isolated.
   */
  readonly threads?: number
}

interface Candidate {
  readonly description: string
  /** Makes it tfjs's backend, or throws with what is missing and the command that gets it. */
  readonly start: (threads: number) => Promise<void>
  /** Gives it the kernels of this package. */
  readonly register: (threads: number) => unknown
}

/** In the order of preference. */
const CANDIDATES: Readonly<Record<BackendName, Candidate>> = {
  tensorflow: {
    description: "TensorFlow's own library, native",
    // What is native is loaded only where it is used.
    start: async (threads) => (await import('./tensorflow/start.ts')).startTensorflow({ threads }),
    register: async () => (await import('./tensorflow/register.ts')).registerTensorflowKernels(),
  },
  webgpu: {
    description: 'any GPU',
    start: async () => (await import('./webgpu/start.ts')).startWebgpu(),
    register: async () => (await import('./webgpu/register.ts')).registerWebgpuKernels(backend()),
  },
  wasm: {
    description: 'WebAssembly, the fast one of those that need nothing but npm',
    start: (threads) => {
      const start = (): Promise<void> => startFromPackage('wasm', () => import('@tensorflow/tfjs-backend-wasm'))
      return threads > 1 ? withSharedMemory(start) : start()
    },
    register: async (threads) => (await import('./wasm/register.ts')).registerWasmKernels(backend(), threads),
  },
  cpu: {
    description: 'plain JavaScript, the slow reference',
    start: () => startFromPackage('cpu', () => import('@tensorflow/tfjs-backend-cpu')),
    register: () => registerCpuKernels(backend()),
  },
}

/** Those that `auto` tries. The kernels for webgpu are right, not fast: it is taken only where it is asked for. */
const AUTOMATIC: readonly BackendName[] = ['tensorflow', 'wasm', 'cpu']

/**
 * Chooses the backend that computes, and gives it the kernels of this package. May be called again, with the same
 * name or another; tensors move along. Where a bundler moves the files of @tensorflow/tfjs-backend-wasm, call its
 * `setWasmPaths` first.
 *
 * @param name - `'auto'` takes the first that works of tensorflow, wasm and cpu. Default: `'auto'`
 * @param options - how many threads
 * @throws `bad-option`; `backend-unavailable` with what failed and the command that installs what is missing
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * const { name, reason } = await useBackend()
 * console.log(name, reason.join('\n'))
 * ```
 */
export async function useBackend(
  name: 'auto' | BackendName = 'auto',
  options: BackendOptions = {},
): Promise<BackendChoice> {
  const threads = threadsOf(options.threads)
  const known = Object.keys(CANDIDATES) as BackendName[]
  if (name !== 'auto' && !known.includes(name)) {
    throw new ClasError(
      'bad-option',
      `the backend must be 'auto', 'tensorflow', 'webgpu', 'wasm' or 'cpu', found '${name}'`,
      { name },
    )
  }
  const reason: string[] = []
  const causes: unknown[] = []
  for (const candidate of name === 'auto' ? AUTOMATIC : [name]) {
    try {
      await activate(candidate, threads)
      reason.push(`${candidate}: taken (${CANDIDATES[candidate].description})`)
      return { name: candidate, reason }
    } catch (error) {
      reason.push(`${candidate}: passed over, ${(error as Error).message}`)
      causes.push(error)
    }
  }
  const message = `no backend could be started: ${reason.join('; ')}`
  throw new ClasError('backend-unavailable', message, { name, reason }, { cause: causes[0] })
}

async function activate(name: BackendName, threads: number): Promise<void> {
  const { start, register } = CANDIDATES[name]
  if (getBackend() !== name) await start(threads)
  await ready()
  registerGradients()
  await register(threads)
}

async function startFromPackage(name: BackendName, load: () => Promise<unknown>): Promise<void> {
  const packageName = `@tensorflow/tfjs-backend-${name}`
  try {
    await load()
  } catch (cause) {
    const what = (cause as Error).message
    throw new Error(`its package can't be loaded (${what}); try \`npm install ${packageName}\``, { cause })
  }
  if (!(await withoutProcessListeners(() => setBackend(name)))) {
    throw new Error(`it could not be initialised; try \`npm install ${packageName}\` again, and see the console`)
  }
}

/**
 * Runs `start` and takes away the listeners that it leaves on the process. Emscripten's rethrow every error of the
 * program, which prints the whole source of the backend in front of the message.
 */
async function withoutProcessListeners<T>(start: () => Promise<T>): Promise<T> {
  const on = (globalThis as { process?: NodeJS.Process }).process
  if (typeof on?.listeners !== 'function') return start()
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => on.listeners(event as 'beforeExit'))
  try {
    return await start()
  } finally {
    events.forEach((event, i) => {
      const added = on.listeners(event as 'beforeExit').filter((listener) => !before[i]?.includes(listener))
      for (const listener of added) on.removeListener(event, listener)
    })
  }
}
