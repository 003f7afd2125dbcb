import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Packs every public package and puts the tarballs into an empty project, as `npm install` would, with no network:
// dependencies from elsewhere are links to this repository's copies, and only those that the packages declare.

const root = fileURLToPath(new URL('..', import.meta.url))
const execute = promisify(execFile)
const { NODE_OPTIONS: _, ...env } = process.env

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

interface Packed {
  readonly manifest: Manifest
  /** Paths inside the tarball, without `package/`. */
  readonly files: readonly string[]
}

const folders = await publicPackages()
const packed = new Map<string, Packed>()
let project = ''

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'pack-and-install-'))
  const arguments_ = ['pack', '--ignore-scripts', '--json', '--offline', '--pack-destination', project]
  const paths = folders.map((folder) => `./packages/${folder}`)
  const { stdout } = await execute('npm', [...arguments_, ...paths], { cwd: root, env, maxBuffer: 1 << 26 })
  const tarballs = Object.values(JSON.parse(stdout) as Record<string, { name: string; filename: string }>)
  const external = new Set<string>()
  for (const { name, filename } of tarballs) {
    const target = join(project, 'node_modules', name)
    await mkdir(target, { recursive: true })
    await execute('tar', ['-xzf', join(project, filename), '-C', target, '--strip-components=1'])
    const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as Manifest
    const files = (await readdir(target, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1))
    packed.set(name, { manifest, files })
    console.log(`${name.padEnd(18)} ${kilobytes((await stat(join(project, filename))).size)}, ${files.length} files`)
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    for (const dependency of needed) if (!dependency.startsWith('@clas/')) external.add(dependency)
  }
  for (const dependency of external) {
    const link = join(project, 'node_modules', dependency)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', dependency), link, 'junction')
  }
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
}, 100_000)

afterAll(() => rm(project, { recursive: true, force: true }))

describe('the tarballs', () => {
  for (const folder of folders) {
    test(`of ${folder} holds its build, its types and its README, and nothing of its tests`, () => {
      const { files, manifest } = found(`@clas/${folder}`)
      expect(files).toContain('README.md')
      expect(files).toContain('dist/index.js')
      expect(files).toContain('dist/index.d.ts')
      // What helps to test an app's own parts is no test: it is exported.
      const inner = './testing' in manifest.exports ? 'fixtures|node_modules' : 'fixtures|testing|node_modules'
      const ofTests = new RegExp(`\\.test(-helper)?\\.|(^|/)(${inner})/`)
      expect(files.filter((file) => ofTests.test(file))).toEqual([])
      const promised = [
        ...Object.values(manifest.exports).flatMap((entry) =>
          typeof entry === 'string' ? entry : Object.values(entry),
        ),
        ...Object.values(manifest.bin ?? {}),
      ]
      expect(promised.filter((file) => !files.includes(file.replace('./', '')))).toEqual([])
    })
  }

  test('make a model in an empty project', async () => {
    const fixture = join(root, 'packages/backbones/fixtures/paddle/ResNet50_vd.json')
    const { parameters } = JSON.parse(await readFile(fixture, 'utf8')) as { parameters: number }
    const printed = await node(`
      import { ResNet50_vd } from '@clas/backbones'
      import { summary } from '@clas/nn'
      console.log(typeof ResNet50_vd, summary(ResNet50_vd(), [1, 224, 224, 3]).parameters)
    `)
    expect(printed).toBe(`function ${parameters}`)
  })

  test('give all that their exports promise', async () => {
    const names = [...packed.values()].flatMap(({ manifest }) =>
      Object.keys(manifest.exports).map((path) => `${manifest.name}${path.slice(1)}`),
    )
    const printed = await node(`
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const failed = []
      for (const name of ${JSON.stringify(names)}) {
        try {
          if (name.endsWith('.json')) require(name)
          else await import(name)
        } catch (error) {
          failed.push(name + ': ' + error)
        }
      }
      console.log(JSON.stringify(failed))
      process.exit(0)
    `)
    expect(JSON.parse(printed)).toEqual([])
  })

  test('hold the command', async () => {
    const { bin = {} } = found('@clas/cli').manifest
    const script = join(project, 'node_modules/@clas/cli', bin.clas ?? '')
    const { stdout } = await execute(process.execPath, [script, 'models', 'ResNet50*'], { cwd: project, env })
    expect(stdout).toContain('ResNet50_vd')
  })
})

function found(name: string): Packed {
  const one = packed.get(name)
  if (!one) throw new Error(`npm pack made no tarball of ${name}`)
  return one
}

async function publicPackages(): Promise<string[]> {
  const names = (await readdir(join(root, 'packages'))).sort()
  const kept = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(root, 'packages', name, 'package.json'), 'utf8')
      return !(JSON.parse(text) as Manifest).private
    }),
  )
  return names.filter((_, i) => kept[i])
}

/** Runs a module in the project with plain Node, and returns what it prints. */
async function node(code: string): Promise<string> {
  await writeFile(join(project, 'main.js'), code)
  const { stdout } = await execute(process.execPath, ['main.js'], { cwd: project, env })
  return stdout.trim()
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(7)} kB`
