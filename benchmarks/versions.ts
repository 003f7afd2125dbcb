import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Which versions take part. */
export interface Versions {
  readonly clas: string
  readonly tfjs: string
  /** Missing with --skip-python, and where Python can't be run. */
  readonly python?: PythonVersions
}

export interface PythonVersions {
  readonly python: string
  /** Null: not installed. */
  readonly packages: Readonly<Record<string, string | null>>
  /** Where the library of TensorFlow lies. */
  readonly tensorflowFolder: string | null
}

export const PYTHON: string = process.env.CLAS_PYTHON ?? 'python3'

export async function versions(withPython: boolean): Promise<Versions> {
  const python = withPython ? await pythonVersions() : undefined
  return {
    clas: versionOf('@clas/kernels'),
    tfjs: versionOf('@tensorflow/tfjs-core'),
    ...(python && { python }),
  }
}

/** In words, for the terminal. */
export function describe({ clas, tfjs, python }: Versions): string {
  const packages = Object.entries(python?.packages ?? {}).flatMap(([name, found]) =>
    found ? [`${name} ${found}`] : [],
  )
  const peers = python ? `; Python ${python.python} with ${packages.join(', ') || 'none of the peers'}` : ''
  return `clas ${clas}, tfjs ${tfjs}${peers}`
}

function versionOf(name: string): string {
  // tfjs-core is found from where clas finds it.
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

async function pythonVersions(): Promise<PythonVersions | undefined> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'python', 'versions.py')
  try {
    const { stdout } = await promisify(execFile)(PYTHON, [script])
    return JSON.parse(stdout) as PythonVersions
  } catch (error) {
    console.log(`skipped: all of Python: ${PYTHON} can't be run (${(error as Error).message.split('\n')[0]})`)
    return undefined
  }
}
