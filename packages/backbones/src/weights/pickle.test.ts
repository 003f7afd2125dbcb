import { expect, test } from 'vitest'
import { decodeWeights } from './decode-weights.ts'
import { bytesFrom, type Part, replaced } from './fixtures.test-helper.ts'
import { REFUSED } from './pickle-opcodes.ts'

const decode = (...parts: Part[]) => decodeWeights(bytesFrom(...parts), 'a.pdparams')
const error = (code: string, offset: number, problem: string) =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(problem),
    fields: expect.objectContaining({ offset }),
  })

test('names that weights do not need are refused, however they are asked for', async () => {
  // os.system('true'): in protocol 2, and in protocol 4.
  const asked = 'its pickle asks for os.system of Python'
  await expect(decode(0x80, 2, 'cos\nsystem\nX', 4, 0, 0, 0, 'true', 0x85, 'R.')).rejects.toThrow(
    error('unsafe-file', 2, asked),
  )
  await expect(decode(0x80, 4, 0x8c, 2, 'os', 0x8c, 6, 'system', 0x93, '.')).rejects.toThrow(
    error('unsafe-file', 14, asked),
  )
  for (const name of [
    'builtins\neval',
    '__builtin__\neval',
    'numpy\nload',
    'torch\nload',
    '\nconstructor',
    '\n__proto__',
  ]) {
    await expect(decode(0x80, 2, 'c', name, '\n.')).rejects.toThrow(error('unsafe-file', 2, 'its pickle asks for'))
  }
})

test('opcodes that weights do not need are refused by name, others are corrupt', async () => {
  for (const [opcode, name] of Object.entries(REFUSED)) {
    await expect(decode(0x80, 2, Number(opcode))).rejects.toThrow(error('unsafe-file', 2, `the opcode ${name},`))
  }
  await expect(decode(0x80, 2, 0xff)).rejects.toThrow(error('corrupt-file', 2, 'found 0xff'))
})

test('protocols 2 to 4 are read', async () => {
  for (const protocol of [0, 1, 5, 255]) {
    await expect(decode(0x80, protocol, '.')).rejects.toThrow(error('corrupt-file', 0, `found protocol ${protocol}`))
  }
})

test('what is missing on the stack or in the memo is an error', async () => {
  for (const code of [
    '.',
    't',
    'u',
    'e',
    'R',
    'b',
    'a',
    's',
    'Q',
    ')R.',
    '}N)b',
    'K\x01)R',
    '(.',
    'h\x05',
    'NNs',
    'NNa',
  ]) {
    await expect(decode(0x80, 2, code)).rejects.toMatchObject({ code: 'corrupt-file' })
  }
})

test('tuples nested in themselves take no more than their steps', async () => {
  // Each holds the one before twice: 2**1000 values to whom follows them all.
  const nested = Array.from({ length: 1000 }, () => ['h', 0, 'h', 0, 0x86, 'q', 0]).flat()
  await expect(decode(0x80, 2, ')q', 0, ...nested, '.')).rejects.toThrow(
    error('corrupt-file', 7006, 'no dict of arrays'),
  )
  // The same as a key and as a value of a dict.
  const dict = ['}h', 0, 'K', 1, 's', 'K', 1, 'h', 0, 's.']
  await expect(decode(0x80, 2, ')q', 0, ...nested, ...dict)).rejects.toThrow('no dict of arrays')
})

test('a dict that holds itself ends', async () => {
  const model = ['X', 5, 0, 0, 0, 'model', 'h', 0, 's']
  await expect(decode(0x80, 2, '}q', 0, ...model, '.')).rejects.toMatchObject({ code: 'corrupt-file' })
})

test('lengths beyond the file are refused before anything is made', async () => {
  const huge = [0xff, 0xff, 0xff, 0x7f]
  for (const code of ['X', 'B', 'T']) {
    await expect(decode(0x80, 2, code, ...huge, '.')).rejects.toThrow(error('corrupt-file', 3 + 4, 'needs 2147483647'))
  }
  for (const code of [0x8d, 0x8e, 0x95]) {
    await expect(decode(0x80, 4, code, ...huge, ...huge)).rejects.toMatchObject({ code: 'corrupt-file' })
  }
})

/** As Python 2 has it. */
const text = (value: string) => bytesFrom('U', value.length, value)
const TYPE = bytesFrom(
  'cnumpy\ndtype\n',
  text('f4'),
  'K',
  0,
  'K',
  1,
  0x87,
  'R(K',
  3,
  text('<'),
  'NNNK',
  0,
  'K',
  0,
  'K',
  0,
  'tb',
)

/** A float32 array of one dimension, of at most 65,535 elements. */
function array(count: number, data: Uint8Array): Uint8Array {
  const empty = bytesFrom('cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK', 0, 0x85, text('b'), 0x87, 'R')
  return bytesFrom(empty, '(K', 1, 'M', count & 255, count >> 8, 0x85, TYPE, 0x89, data, 'tb')
}

test('files of Python 2 are read, whose texts and bytes are one type', async () => {
  const values = new Uint8Array(new Float32Array([1, -1]).buffer)
  for (const data of [bytesFrom('U', 8, values), bytesFrom('T', 8, 0, 0, 0, values)]) {
    const { arrays } = await decode(0x80, 2, '}', text('w'), array(2, data), 's.')
    expect(arrays).toEqual({ w: { shape: [2], data: new Float32Array([1, -1]) } })
  }
})

test('an array that has many names is made once', async () => {
  const data = bytesFrom('B', 0, 0, 2, 0, new Uint8Array(1 << 17))
  const names = Array.from({ length: 1000 }, (_, i) => bytesFrom(text(`w${i}`), 'h', 0))
  const { arrays } = await decode(0x80, 2, '}(', text('w'), array(1 << 15, data), 'q', 0, ...names, 'u.')
  expect(Object.keys(arrays)).toHaveLength(1001)
  expect(new Set(Object.values(arrays)).size).toBe(1)
})

test('many arrays of the same bytes are refused', async () => {
  const data = bytesFrom('B', 0, 0, 2, 0, new Uint8Array(1 << 17), 'q', 0)
  const again = Array.from({ length: 40 }, (_, i) => bytesFrom(text(`w${i}`), array(1 << 15, bytesFrom('h', 0))))
  await expect(decode(0x80, 2, '}(', text('w'), array(1 << 15, data), ...again, 'u.')).rejects.toThrow(
    expect.objectContaining({ code: 'unsafe-file', message: expect.stringContaining('more than 16 times') }),
  )
})

test('many dicts of the same items are refused', async () => {
  const items = Array.from({ length: 5000 }, () => bytesFrom('))', 0x86))
  const dicts = Array.from({ length: 5000 }, () => bytesFrom('h', 1, 'h', 0, 'R'))
  const list = bytesFrom('](', ...items, 'e', 0x85, 'q', 0)
  await expect(decode(0x80, 2, '(ccollections\nOrderedDict\nq', 1, list, ...dicts, 't.')).rejects.toMatchObject({
    code: 'unsafe-file',
  })
})

test('types and shapes that are not read are named', async () => {
  const [four] = [bytesFrom('U', 4, 0, 0, 0, 0)]
  const of = (from: string, to: string) => replaced(array(1, four), text(from), text(to))
  await expect(decode(0x80, 2, '}', text('w'), of('f4', 'O8'), 's.')).rejects.toThrow("found the type '<O8'")
  await expect(decode(0x80, 2, '}', text('w'), of('<', '>'), 's.')).rejects.toThrow("found the type '>f4'")
  await expect(decode(0x80, 2, '}', text('w'), array(2, four), 's.')).rejects.toThrow('expected 8 bytes, found 4')
})
