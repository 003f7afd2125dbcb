import { ClasError } from '@clas/core'
import { backend, getBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import { registerCpuKernels } from './cpu/register.ts'
import { registerGradients } from './gradients/register.ts'

/** The backends that have the kernels of this package. */
export type BackendName = 'wasm' | 'cpu'

/** Which backend was taken, and why. */
export interface BackendChoice {
  readonly name: BackendName
  /** One line for the backend that was taken and for each that was passed over. */
  readonly reason: readonly string[]
}

interface Candidate {
  readonly package: string
  readonly description: string
  readonly load: () => Promise<unknown>
  readonly register: () => unknown
}

/** In the order of preference. */
const CANDIDATES: Readonly<Record<BackendName, Candidate>> = {
  wasm: {
    package: '@tensorflow/tfjs-backend-wasm',
    description: 'WebAssembly, the fast one of those that need nothing but npm',
    load: () => import('@tensorflow/tfjs-backend-wasm'),
    // The binary is loaded only where it is used.
    register: async () => (await import('./wasm/register.ts')).registerWasmKernels(backend()),
  },
  cpu: {
    package: '@tensorflow/tfjs-backend-cpu',
    description: 'plain JavaScript, the slow reference',
    load: () => import('@tensorflow/tfjs-backend-cpu'),
    register: () => registerCpuKernels(backend()),
  },
}

/**
 * Chooses the backend that computes, and gives it the kernels of this package. May be called again, with the same
 * name or another; tensors move along. Where a bundler moves the files of @tensorflow/tfjs-backend-wasm, call its
 * `setWasmPaths` first.
 *
 * @param name - `'auto'` takes the first that works of wasm and cpu. Default: `'auto'`
 * @throws `backend-unavailable` with what failed and the command that installs what is missing
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * const { name, reason } = await useBackend()
 * console.log(name, reason.join('\n'))
 * ```
 */
export async function useBackend(name: 'auto' | BackendName = 'auto'): Promise<BackendChoice> {
  const known = Object.keys(CANDIDATES) as BackendName[]
  if (name !== 'auto' && !known.includes(name)) {
    throw new ClasError('bad-option', `the backend must be 'auto', 'wasm' or 'cpu', found '${name}'`, { name })
  }
  const reason: string[] = []
  const causes: unknown[] = []
  for (const candidate of name === 'auto' ? known : [name]) {
    try {
      await activate(candidate)
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

async function activate(name: BackendName): Promise<void> {
  const { package: packageName, load, register } = CANDIDATES[name]
  try {
    await load()
  } catch (cause) {
    const what = (cause as Error).message
    throw new Error(`its package can't be loaded (${what}); try \`npm install ${packageName}\``, { cause })
  }
  const started = getBackend() === name || (await withoutProcessListeners(() => setBackend(name)))
  if (!started) {
    throw new Error(`it could not be initialised; try \`npm install ${packageName}\` again, and see the console`)
  }
  await ready()
  registerGradients()
  await register()
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
