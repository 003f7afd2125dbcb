import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBytes } from './read-bytes.ts'

let root = ''
const content = Uint8Array.from({ length: 100 }, (_, i) => i)
const path = (i: number): string => join(root, `${i}.tar`)

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'clas-read-'))
  for (let i = 0; i < 20; i++)
    await writeFile(
      path(i),
      content.map((value) => value + i),
    )
})
afterAll(() => rm(root, { recursive: true }))

describe('readBytes', () => {
  it('reads whole files and parts of more files than are kept open', async () => {
    expect([...(await readBytes({ kind: 'file', path: path(3) }))]).toEqual([...content].map((value) => value + 3))
    for (const i of [...Array(20).keys(), ...Array(20).keys()]) {
      expect([...(await readBytes({ kind: 'file', path: path(i), offset: 10, length: 3 }))]).toEqual([
        10 + i,
        11 + i,
        12 + i,
      ])
    }
    expect([...(await readBytes({ kind: 'file', path: path(0), offset: 97 }))]).toEqual([97, 98, 99])
  })

  it('names the file that is missing, or too short', () => {
    const file = path(99)
    for (const offset of [0, 5]) {
      const error = expect.objectContaining({ code: 'io', fields: expect.objectContaining({ file }) })
      expect(() => readBytes({ kind: 'file', path: file, offset })).toThrow(error)
    }
    for (const part of [{ offset: 90, length: 11 }, { offset: 101 }, { offset: 1, length: -1 }]) {
      const error = expect.objectContaining({ code: 'corrupt-file', message: expect.stringContaining(path(0)) })
      expect(() => readBytes({ kind: 'file', path: path(0), ...part })).toThrow(error)
    }
  })
})
