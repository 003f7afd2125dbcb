import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findLibrary, libraryMissing, type SearchEnvironment } from './find-library.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clas-library-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function files(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), path.endsWith('.json') ? '{}' : '')
  }
}

function environment(changes: Partial<SearchEnvironment> = {}): SearchEnvironment {
  return {
    platform: 'linux',
    variables: {},
    resolveFrom: [join(root, 'app', 'package.json')],
    run: async () => undefined,
    systemFolders: [join(root, 'system')],
    ...changes,
  }
}

/** Of what was found, relative to the folder of the test. */
function relative(paths: readonly string[] | undefined): string[] | undefined {
  return paths?.map((path) => path.slice(root.length + 1))
}

it('takes the folder or file that it is told, and nothing else', async () => {
  files('wheel/libtensorflow_cc.so.2', 'wheel/libtensorflow_framework.so.2', 'archive/lib/libtensorflow.so.2.9.1')
  const wheel = ['wheel/libtensorflow_framework.so.2', 'wheel/libtensorflow_cc.so.2']
  expect(relative((await findLibrary(join(root, 'wheel'), environment())).found?.paths)).toEqual(wheel)
  const file = await findLibrary(join(root, 'wheel', 'libtensorflow_cc.so.2'), environment())
  expect(file.found?.source).toBe('option')
  expect(relative(file.found?.paths)).toEqual(wheel)
  const variables = { CLAS_TENSORFLOW: join(root, 'archive') }
  const archive = await findLibrary(undefined, environment({ variables }))
  expect(archive.found?.source).toBe('CLAS_TENSORFLOW')
  expect(relative(archive.found?.paths)).toEqual(['archive/lib/libtensorflow.so.2.9.1'])

  files('system/libtensorflow.so.2')
  const elsewhere = await findLibrary(undefined, environment({ variables: { CLAS_TENSORFLOW: join(root, 'nowhere') } }))
  expect(elsewhere.found).toBeUndefined()
  expect(elsewhere.looked.join()).toContain('nowhere')
})

it('prefers tfjs-node-gpu, then tfjs-node, then Python, then the system', async () => {
  files('system/libtensorflow.so.2', 'system/libtensorflow_framework.so.2')
  const run = async (): Promise<string> => `${join(root, 'python')}\n`
  const search = async (): Promise<string | undefined> => {
    const { found } = await findLibrary(undefined, environment({ run }))
    return found && `${found.source} ${relative(found.paths)?.join(' ')}`
  }
  expect(await search()).toBe('system system/libtensorflow_framework.so.2 system/libtensorflow.so.2')
  files('python/libtensorflow_cc.so.2', 'python/libtensorflow_framework.so.2')
  expect(await search()).toBe('python python/libtensorflow_framework.so.2 python/libtensorflow_cc.so.2')
  for (const name of ['tfjs-node', 'tfjs-node-gpu']) {
    const folder = `app/node_modules/@tensorflow/${name}`
    files(`${folder}/package.json`, `${folder}/deps/lib/libtensorflow.so.2.9.1`)
    expect(await search()).toBe(`tfjs-node ${folder}/deps/lib/libtensorflow.so.2.9.1`)
  }
})

it('asks the Python of the virtual environment first, and each one once', async () => {
  const asked: string[] = []
  const run = async (program: string): Promise<string | undefined> => {
    asked.push(program)
    return program === 'python3' ? '' : undefined
  }
  const variables = { VIRTUAL_ENV: '/venv', CONDA_PREFIX: '/conda' }
  const { found, looked } = await findLibrary(undefined, environment({ run, variables }))
  expect(found).toBeUndefined()
  expect(asked).toEqual(['/venv/bin/python', '/conda/bin/python', 'python3', 'python'])
  expect(looked).toContain('python: python3 has no package tensorflow')
  expect(looked).toContain("python: python can't be run")
})

it.each([
  ['darwin', ['libtensorflow_framework.2.dylib', 'libtensorflow_cc.2.dylib']],
  ['darwin', ['libtensorflow_framework.2.dylib', 'libtensorflow.2.dylib']],
  ['win32', ['tensorflow_framework.2.dll', 'tensorflow_cc.2.dll']],
  ['win32', ['tensorflow.dll']],
] as const)('knows the names of %s', async (platform, names) => {
  files(...names.map((name) => `lib/${name}`), 'lib/libtensorflow_cc.so.2', 'lib/libtensorflow_framework.so.2')
  const { found } = await findLibrary(join(root, 'lib'), environment({ platform }))
  expect(relative(found?.paths)).toEqual(names.map((name) => `lib/${name}`))
})

it('ends its error with the command that gets the library', async () => {
  const { message, code } = libraryMissing(await findLibrary(undefined, environment()))
  expect(code).toBe('backend-unavailable')
  expect(message).toMatch(/no package @tensorflow\/tfjs-node-gpu;.*try `pip install tensorflow-cpu`$/)
})
