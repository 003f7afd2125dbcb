import { expect, test } from 'vitest'
import { decodeWeights } from './decode-weights.ts'
import { expected, filesOf, readFixture } from './fixtures.test-helper.ts'

const encode = (manifest: unknown) =>
  new TextEncoder().encode(JSON.stringify({ format: 'layers-model', weightsManifest: manifest }))
const weight = { name: 'w', shape: [2], dtype: 'float32' }
const values = new Uint8Array(new Float32Array([1, 2]).buffer)
const decode = (paths: readonly string[], weights: readonly unknown[], shards: Record<string, Uint8Array>) =>
  decodeWeights(encode([{ paths, weights }]), 'model.json', { shards })

test('shards are asked for one by one', async () => {
  const asked: string[] = []
  const shards = async (path: string) => {
    asked.push(path)
    return readFixture(`tfjs-layers/${path}`)
  }
  const { arrays } = await decodeWeights(readFixture('tfjs-layers/model.json'), 'model.json', { shards })
  expect(asked).toEqual(Object.keys(filesOf('tfjs-layers')).filter((file) => file.endsWith('.bin')))
  expect(Array.from(arrays['conv/kernel']?.data ?? [])).toEqual(expected['tfjs-layers']?.['conv/kernel']?.values)
})

test('a weight may lie in many shards, some of them empty', async () => {
  const shards = { a: values.subarray(0, 3), b: new Uint8Array(0), c: values.subarray(3), d: new Uint8Array(0) }
  const { arrays } = await decode(['a', 'b', 'c', 'd'], [weight, { ...weight, name: 'e', shape: [0] }], shards)
  expect(arrays).toEqual({
    w: { shape: [2], data: new Float32Array([1, 2]) },
    e: { shape: [0], data: new Float32Array(0) },
  })
})

test('weights of 8 and 16 bits may stand for whole numbers', async () => {
  const quantization = { dtype: 'uint8', scale: 0.5, min: -1 }
  const { arrays } = await decode(['a'], [{ ...weight, dtype: 'int32', quantization }], { a: Uint8Array.of(0, 7) })
  expect(arrays.w).toEqual({ shape: [2], data: new Int32Array([-1, 3]) })
})

test('paths that leave the folder of the model are refused', async () => {
  for (const path of ['../a', '/etc/passwd', 'a/../../b', 'https://example.org/a', 'c:\\a', '', './a', 'a//b']) {
    await expect(decode([path], [weight], { [path]: values })).rejects.toThrow(
      expect.objectContaining({ code: 'unsafe-file', message: expect.stringContaining(`names the shard '${path}'`) }),
    )
  }
  expect((await decode(['sub/a.bin'], [weight], { 'sub/a.bin': values })).arrays.w?.data).toEqual(
    new Float32Array([1, 2]),
  )
})

test('shards that are missing, too short, too long or named twice are refused', async () => {
  await expect(decode(['a'], [weight], {})).rejects.toThrow("shard 'a' is not among those that were given")
  await expect(decode(['toString'], [weight], {})).rejects.toThrow("shard 'toString' is not among")
  await expect(decode(['a'], [weight], { a: values.subarray(1) })).rejects.toThrow('the shards end 1 bytes too early')
  await expect(decode(['a'], [{ ...weight, shape: [1] }], { a: values })).rejects.toThrow("shard 'a' has more bytes")
  await expect(decode(['a', 'a'], [weight], { a: values })).rejects.toThrow("the shard 'a' is named twice")
  await expect(decodeWeights(encode([{ paths: ['a'], weights: [] }]), 'model.json')).rejects.toThrow(
    expect.objectContaining({ code: 'bad-option', message: expect.stringContaining('option shards') }),
  )
})

test('what the manifest can not mean is refused', async () => {
  for (const wrong of [
    { ...weight, dtype: 'string' },
    { ...weight, dtype: 'toString' },
    { ...weight, shape: [-1] },
    { ...weight, shape: [2 ** 40, 2 ** 40] },
    { ...weight, name: 3 },
    { ...weight, quantization: { dtype: 'uint8' } },
    { ...weight, quantization: { dtype: 'uint8', scale: 1, min: 0 }, dtype: 'bool' },
    null,
  ]) {
    await expect(decode(['a'], [wrong], { a: values })).rejects.toMatchObject({ code: 'corrupt-file' })
  }
  for (const manifest of [null, {}, [null], [{ paths: 'a', weights: [] }], [{ paths: ['a'] }]]) {
    await expect(decodeWeights(encode(manifest), 'model.json', { shards: {} })).rejects.toMatchObject({
      code: 'corrupt-file',
    })
  }
})
