import { mkdtemp, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FileFunctions, writeFileAtomic } from './atomic.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clas-atomic-'))
})

afterAll(() => rm(folder, { recursive: true }))

const failing = (at: 'writeFile' | 'sync' | 'rename', code: string): FileFunctions => {
  const error = Object.assign(new Error(code), { code })
  return {
    unlink,
    rename: at === 'rename' ? () => Promise.reject(error) : rename,
    async open(path, flags) {
      const handle = await open(path, flags)
      return {
        close: () => handle.close(),
        sync: at === 'sync' ? () => Promise.reject(error) : () => handle.sync(),
        writeFile: async (content) => {
          if (at !== 'writeFile') return handle.writeFile(content)
          await handle.writeFile((content as Uint8Array).subarray(0, 3)) // as a disk that fills up does
          throw error
        },
      }
    },
  }
}

it('replaces a file as a whole', async () => {
  const path = join(folder, 'file')
  await writeFileAtomic(path, 'old')
  await writeFileAtomic(path, Uint8Array.of(110, 101, 119))
  expect(await readFile(path, 'utf8')).toBe('new')
  expect(await readdir(folder)).toEqual(['file'])
})

it.each(['writeFile', 'sync', 'rename'] as const)('leaves the old file when the disk is full in %s', async (at) => {
  const path = join(folder, 'file')
  await writeFileAtomic(path, 'old')
  await expect(writeFileAtomic(path, 'newer', { files: failing(at, 'ENOSPC') })).rejects.toMatchObject({
    code: 'disk-full',
    fields: { file: path, bytes: 5 },
  })
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file'])
})

it('says what else went wrong', async () => {
  const path = join(folder, 'file')
  await expect(writeFileAtomic(path, 'x', { files: failing('sync', 'EIO') })).rejects.toMatchObject({
    code: 'io',
    fields: { file: path, code: 'EIO' },
  })
  await expect(writeFileAtomic(join(folder, 'missing', 'file'), 'x')).rejects.toMatchObject({
    code: 'io',
    fields: { code: 'ENOENT' },
  })
})
