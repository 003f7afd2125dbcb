import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { decodeWeights } from './decode-weights.ts'
import { encodePdparams } from './encode-pdparams.ts'

const arrays = {
  'conv.weight': { shape: [2, 1, 3], data: new Float32Array([1.5, -2, 1e-30, 3e38, 0, -0.25]) },
  ids: { shape: [2], data: new Int32Array([-(2 ** 31), 2 ** 31 - 1]) },
  'bytes é': { shape: [3], data: new Uint8Array([0, 128, 255]) },
  scalar: { shape: [], data: new Float32Array([7]) },
  empty: { shape: [0, 3], data: new Float32Array(0) },
  long: { shape: [70_000, 1], data: Float32Array.from({ length: 70_000 }, (_, i) => i % 1000) },
}

test('arrays come back to the bit', async () => {
  const { arrays: found, format } = await decodeWeights(encodePdparams(arrays), 'memory')
  expect(format).toBe('pdparams')
  expect(found).toEqual(arrays)
})

const python = process.env.CLAS_PYTHON
const paddle = python !== undefined && hasPaddle(python)
if (!paddle)
  console.log('skipped: paddle.load of what encodePdparams writes: CLAS_PYTHON is no Python with PaddlePaddle')

test.skipIf(!paddle)('PaddlePaddle reads the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encode-pdparams-'))
  try {
    const file = join(folder, 'model.pdparams')
    writeFileSync(file, encodePdparams(arrays))
    const script = fileURLToPath(new URL('../../fixtures/weights/read_pdparams.py', import.meta.url))
    const found = JSON.parse(execFileSync(String(python), [script, file], { encoding: 'utf8', stdio: 'pipe' }))
    expect(Object.keys(found)).toEqual(Object.keys(arrays))
    for (const [key, { shape, data }] of Object.entries(arrays)) {
      expect(found[key], key).toEqual({
        type: data.constructor.name.replace('Array', '').toLowerCase(),
        shape,
        sum: Array.from(data).reduce((sum, value) => sum + value, 0),
        values: Array.from(data.subarray(0, 100)),
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function hasPaddle(command: string): boolean {
  try {
    execFileSync(command, ['-c', 'import paddle'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
