import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ClasError } from '@clas/core'

/** Where a library was found. */
interface FoundLibrary {
  /** How it came there. */
  readonly source: 'option' | 'CLAS_TENSORFLOW' | 'tfjs-node' | 'python' | 'system'
  /** Files in the order in which they are loaded: the framework, where it is a file of its own, then the C API. */
  readonly paths: readonly string[]
}

/** What a search brought. */
export interface LibrarySearch {
  /** Missing when there is none. */
  readonly found?: FoundLibrary
  /** One line for each place, in the order of the search. */
  readonly looked: readonly string[]
}

/** What a search depends on. Defaults are those of this process. */
export interface SearchEnvironment {
  readonly platform: NodeJS.Platform
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Folders or files from which npm packages are resolved. */
  readonly resolveFrom: readonly string[]
  /** Runs a program; its output, or undefined where it can't be run or fails. */
  readonly run: (program: string, parameters: readonly string[]) => Promise<string | undefined>
  readonly systemFolders: readonly string[]
}

/** Gets the library where there is none. */
const INSTALL_COMMAND = 'pip install tensorflow-cpu'

/**
 * Looks for TensorFlow's library: where it is said to be (then nowhere else), in an installed `@tensorflow/tfjs-node-gpu`
 * or `@tensorflow/tfjs-node`, in Python's package `tensorflow`, in the system's folders.
 *
 * @param library - a folder or a file; default the variable `CLAS_TENSORFLOW`
 */
export async function findLibrary(
  library?: string,
  environment: SearchEnvironment = thisEnvironment(),
): Promise<LibrarySearch> {
  const looked: string[] = []
  const said = library ?? environment.variables.CLAS_TENSORFLOW
  const places: AsyncIterable<Place> | Iterable<Place> = said
    ? [{ source: library ? 'option' : 'CLAS_TENSORFLOW', paths: [said, join(said, 'lib'), join(said, 'tensorflow')] }]
    : allPlaces(environment, looked)
  for await (const { source, paths } of places) {
    for (const path of paths) {
      const files = libraryAt(path, environment.platform)
      if (files) return { found: { source, paths: files }, looked: [...looked, `${source}: ${files.at(-1)}`] }
      looked.push(`${source}: nothing in ${path}`)
    }
  }
  return { looked }
}

/** The error that says where was looked and what to do. */
export function libraryMissing({ looked }: LibrarySearch): ClasError {
  const message = `TensorFlow's library was not found (${looked.join('; ')}); try \`${INSTALL_COMMAND}\``
  return new ClasError('backend-unavailable', message, { looked })
}

/** This process: its system, variables and folders. */
function thisEnvironment(): SearchEnvironment {
  const { platform } = process
  return {
    platform,
    variables: process.env,
    resolveFrom: [join(process.cwd(), 'package.json'), import.meta.url],
    run: (program, parameters) =>
      new Promise((resolve) => {
        execFile(program, [...parameters], { timeout: 10_000, windowsHide: true }, (error, output) => {
          resolve(error ? undefined : output)
        })
      }),
    systemFolders: SYSTEM_FOLDERS[platform] ?? [],
  }
}

interface Place {
  readonly source: FoundLibrary['source']
  readonly paths: readonly string[]
}

const SYSTEM_FOLDERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/usr/local/lib', '/usr/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'],
  darwin: ['/usr/local/lib', '/opt/homebrew/lib'],
}

/** Lazily: Python is asked only where the places before it had nothing. */
async function* allPlaces(environment: SearchEnvironment, looked: string[]): AsyncGenerator<Place> {
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    const folder = packageFolder(name, environment.resolveFrom)
    if (folder) yield { source: 'tfjs-node', paths: [join(folder, 'deps', 'lib')] }
    else looked.push(`tfjs-node: no package ${name}`)
  }
  const asked = new Set<string>()
  for (const python of pythons(environment)) {
    const folder = (await environment.run(python, ['-c', FIND_PACKAGE]))?.trim()
    if (folder === undefined) looked.push(`python: ${python} can't be run`)
    else if (folder === '') looked.push(`python: ${python} has no package tensorflow`)
    else if (!asked.has(folder)) yield { source: 'python', paths: [folder] }
    if (folder) asked.add(folder)
  }
  yield { source: 'system', paths: environment.systemFolders }
}

/** Does not import the package: that would take seconds. */
const FIND_PACKAGE = `
import importlib.util
spec = importlib.util.find_spec('tensorflow')
print((list(spec.submodule_search_locations or ['']) if spec else [''])[0])
`

function pythons({ platform, variables }: SearchEnvironment): string[] {
  const windows = platform === 'win32'
  const inFolder = (folder: string | undefined, ...path: readonly string[]): string[] =>
    folder ? [join(folder, ...path)] : []
  return [
    ...inFolder(variables.VIRTUAL_ENV, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python'])),
    ...inFolder(variables.CONDA_PREFIX, ...(windows ? ['python.exe'] : ['bin', 'python'])),
    'python3',
    'python',
  ]
}

function packageFolder(name: string, resolveFrom: readonly string[]): string | undefined {
  for (const from of resolveFrom) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`))
    } catch {
      // Not installed there.
    }
  }
  return undefined
}

/**
 * Names of the file with the C API and of the one with the rest: wheels of Python have `_cc`, the archives of
 * libtensorflow do not. On Windows the library of libtensorflow is one file.
 */
const NAMES: Partial<Record<NodeJS.Platform, { readonly api: readonly RegExp[]; readonly framework: RegExp }>> = {
  linux: {
    api: [/^libtensorflow_cc\.so\.2(\.\d+)*$/, /^libtensorflow\.so\.2(\.\d+)*$/],
    framework: /^libtensorflow_framework\.so\.2(\.\d+)*$/,
  },
  darwin: {
    api: [/^libtensorflow_cc\.2(\.\d+)*\.dylib$/, /^libtensorflow\.2(\.\d+)*\.dylib$/],
    framework: /^libtensorflow_framework\.2(\.\d+)*\.dylib$/,
  },
  win32: {
    api: [/^tensorflow_cc(\.2)?\.dll$/, /^tensorflow\.dll$/],
    framework: /^tensorflow_framework(\.2)?\.dll$/,
  },
}

function libraryAt(path: string, platform: NodeJS.Platform): string[] | undefined {
  const names = NAMES[platform]
  if (!names || !existsSync(path)) return undefined
  const isFolder = statSync(path).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const files = readdirSync(folder).sort()
  const api = isFolder
    ? names.api.map((name) => files.find((file) => name.test(file))).find((file) => file !== undefined)
    : path.slice(folder.length).replace(/^[\\/]/, '')
  if (api === undefined) return undefined
  const framework = files.find((file) => names.framework.test(file))
  return [...(framework === undefined || framework === api ? [] : [framework]), api].map((file) => join(folder, file))
}
