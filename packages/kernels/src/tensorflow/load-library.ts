import { ClasError } from '@clas/core'
import { type Library, SIGNATURES } from './library.ts'
import { quietly } from './quietly.ts'

/** What is used of npm's `koffi`, which calls C functions. */
interface Koffi {
  load(path: string | null): LoadedLibrary
  alias(name: string, type: string): unknown
  struct(name: string, members: Readonly<Record<string, string>>): unknown
}
interface LoadedLibrary {
  func(definition: string): unknown
}

/**
 * Loads TensorFlow's library into the process, for good.
 *
 * @param paths - the files, what others need first: the framework, then the one with the C API
 * @throws `backend-unavailable` where koffi is missing, or a file can't be loaded or is not TensorFlow
 */
export async function loadLibrary(paths: readonly string[]): Promise<Library> {
  const koffi = await importKoffi()
  declareTypes(koffi)
  setEnvironment(koffi)
  const stayLoaded = keeper(koffi)
  let libraries: readonly LoadedLibrary[]
  try {
    const load = (): LoadedLibrary[] =>
      paths.map((path) => {
        stayLoaded(path)
        return koffi.load(path)
      })
    libraries = process.env.TF_CPP_MIN_LOG_LEVEL === '0' ? load() : quietly(koffi, load)
  } catch (cause) {
    const why = (cause as Error).message
    throw new ClasError('backend-unavailable', `TensorFlow's library can't be loaded: ${why}`, { paths }, { cause })
  }
  const find = (name: string, [result, parameters]: readonly [string, string]): unknown => {
    let cause: unknown
    for (const library of libraries.toReversed()) {
      try {
        return library.func(`${result} ${name}(${parameters})`)
      } catch (error) {
        cause = error
      }
    }
    const message = `${paths.join(' and ')} must hold TensorFlow's C API of 2.7 or later, found no ${name}`
    throw new ClasError('backend-unavailable', message, { paths, name }, { cause })
  }
  const functions = Object.entries(SIGNATURES).map(([name, signature]) => [name, find(name, signature)] as const)
  const system = koffi.load(process.platform === 'win32' ? 'ucrtbase.dll' : null)
  return {
    ...(Object.fromEntries(functions) as unknown as Library),
    copyIn: system.func('void memcpy(address, void *, size_t)') as Library['copyIn'],
    copyOut: system.func('void memcpy(void *, address, size_t)') as Library['copyOut'],
  }
}

async function importKoffi(): Promise<Koffi> {
  try {
    const loaded = (await import('koffi')) as unknown as { readonly default: Koffi }
    return loaded.default
  } catch (cause) {
    const why = (cause as Error).message
    const message = `the package koffi, which calls C functions, can't be loaded (${why}); try \`npm install koffi\``
    throw new ClasError('backend-unavailable', message, {}, { cause })
  }
}

let declared = false

function declareTypes(koffi: Koffi): void {
  if (declared) return
  koffi.alias('address', 'int64_t')
  koffi.struct('output', { oper: 'int64_t', index: 'int' })
  declared = true
}

/** What the library looks at while it loads. Without the first, oneDNN is off on CPUs without AVX-512. */
const ENVIRONMENT = { TF_ENABLE_ONEDNN_OPTS: '1', TF_CPP_MIN_LOG_LEVEL: '3' } as const

/** Sets the variables of the C library: what `process.env` is given in a worker thread does not reach it. */
function setEnvironment(koffi: Koffi): void {
  const windows = process.platform === 'win32'
  const set = (
    windows
      ? koffi.load('ucrtbase.dll').func('int _putenv_s(str, str)')
      : koffi.load(null).func('int setenv(str, str, int)')
  ) as (name: string, value: string, overwrite?: number) => number
  for (const [name, value] of Object.entries(ENVIRONMENT)) {
    if (process.env[name] !== undefined) continue
    if (windows) set(name, value)
    else set(name, value, 1)
  }
}

/**
 * Holds a library in memory until the process is gone: koffi unloads what it loaded when Node exits, and TensorFlow's
 * threads would then run code that is no longer there.
 */
function keeper(koffi: Koffi): (path: string) => unknown {
  if (process.platform === 'win32') {
    return koffi.load('kernel32.dll').func('int64_t LoadLibraryW(str16)') as (path: string) => number
  }
  const open = koffi.load(null).func('int64_t dlopen(str, int)') as (path: string, flags: number) => number
  const lazy = 0x1
  const [global, noDelete] = process.platform === 'darwin' ? [0x8, 0x80] : [0x100, 0x1000]
  return (path) => open(path, lazy | global | noDelete)
}
