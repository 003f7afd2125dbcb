import '@tensorflow/tfjs-backend-cpu'
import { memory, mul, type Scalar, scalar, setBackend, square, sum, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { Scope } from './scope.ts'
import { disposeReplaced, mapTensors, partition, selects } from './tensors.ts'
import { valueAndGradients } from './value-and-gradients.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

test('a selector is a path, the start of paths, an expression or a function', () => {
  expect(selects('blocks.1', 'blocks.1.weight')).toBe(true)
  expect(selects('blocks.1', 'blocks.10.weight')).toBe(false)
  expect(selects([/bias$/, (path) => path === 'fc'], 'fc')).toBe(true)
})

test('records are mapped, split and freed without a leak', () => {
  const before = memory().numTensors
  const tensors = { a: scalar(1), 'b.weight': scalar(2) }
  const doubled = mapTensors(tensors, (tensor) => mul(tensor, 2))
  expect(doubled['b.weight']?.dataSync()[0]).toBe(4)
  expect(partition(tensors, 'b')).toEqual([{ 'b.weight': tensors['b.weight'] }, { a: tensors.a }])
  disposeReplaced({ ...tensors, ...{ c: doubled.a } } as never, { c: doubled.a } as never)
  expect(doubled.a?.isDisposed).toBe(false)
  disposeReplaced(doubled)
  expect(memory().numTensors).toBe(before)
})

test('a scope frees what it owns', () => {
  const before = memory().numTensors
  {
    using scope = new Scope()
    scope.own({ x: scalar(1), more: [scalar(2)] })
    expect(memory().numTensors).toBe(before + 2)
  }
  expect(memory().numTensors).toBe(before)
})

test('value and gradients, with what else the function returned', () => {
  const before = memory().numTensors
  const params = { w: tensor1d([1, 2]), unused: scalar(5) }
  const result = valueAndGradients(({ w }) => {
    if (!w) throw new Error('no w')
    return { loss: sum(square(w)) as Scalar, aux: { tripled: mul(w, 3) } }
  }, params)
  expect(result.loss.dataSync()[0]).toBe(5)
  expect([...(result.gradients.w?.dataSync() ?? [])]).toEqual([2, 4])
  expect([...result.aux.tripled.dataSync()]).toEqual([3, 6])
  expect(Object.keys(result.gradients)).toEqual(['w'])
  disposeReplaced({ ...params, loss: result.loss, w2: result.gradients.w, t: result.aux.tripled } as never)
  expect(memory().numTensors).toBe(before)
})

test('a loss must be a scalar', () => {
  const w = tensor1d([1, 2])
  expect(() => valueAndGradients(({ w }) => ({ loss: w as unknown as Scalar }), { w })).toThrow(
    expect.objectContaining({ code: 'shape-mismatch' }),
  )
  w.dispose()
})
