import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findOnnxruntimeNode } from './onnxruntime-node.ts'

/** Which versions take part. */
export interface Versions {
  readonly clas: string
  readonly tfjs: string
  /** The npm package; missing where it isn't found. */
  readonly onnxruntimeNode?: string
  /** Missing where Python can't be run. */
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

export async function versions(): Promise<Versions> {
  const python = await pythonVersions()
  const onnxruntime = findOnnxruntimeNode()
  return {
    clas: versionOf('@clas/kernels'),
    tfjs: versionOf('@tensorflow/tfjs-core'),
    ...(onnxruntime && { onnxruntimeNode: onnxruntime.version }),
    ...(python && { python }),
  }
}

/** In words, for the terminal. */
export function describe({ clas, tfjs, onnxruntimeNode, python }: Versions): string {
  const packages = Object.entries(python?.packages ?? {}).flatMap(([name, found]) =>
    found ? [`${name} ${found}`] : [],
  )
  const peers = python ? `; Python ${python.python} with ${packages.join(', ') || 'none of the peers'}` : ''
  const runtime = onnxruntimeNode === undefined ? '' : `, onnxruntime-node ${onnxruntimeNode}`
  return `clas ${clas}, tfjs ${tfjs}${runtime}${peers}`
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
