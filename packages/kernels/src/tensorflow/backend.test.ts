import { useBackend } from '@clas/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TensorflowBackend } from './backend.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'

describeTensorflow('the backend', (open) => {
  let backend: TensorflowBackend
  let handles: () => number

  beforeAll(async () => {
    await useBackend('tensorflow')
    backend = tf.backend() as TensorflowBackend
    const { eager } = (await open()).recording
    handles = () => eager.handles
  })
  afterAll(async () => {
    await useBackend('cpu')
  })

  it('keeps values of every type', async () => {
    const before = handles()
    const tensors = [
      tf.tensor([[1.5, -2]], [1, 2]),
      tf.tensor([1, -2, 3], [3], 'int32'),
      tf.tensor([1, 0], [2], 'bool'),
      tf.tensor([], [0, 3]),
      tf.scalar(7),
    ]
    expect(tensors.map((tensor) => [...tensor.dataSync()])).toEqual([[1.5, -2], [1, -2, 3], [1, 0], [], [7]])
    expect(await tensors[0]?.data()).toEqual(Float32Array.of(1.5, -2))
    const texts = tf.tensor(['a', 'bc'], [2], 'string')
    const column = tf.reshape(texts, [2, 1])
    expect(column.arraySync()).toEqual([['a'], ['bc']])
    expect(handles()).toBe(before + 5) // texts have none
    const complex = tf.tidy(() => tf.complex([1, 2], [3, 4]))
    expect([...complex.dataSync()]).toEqual([1, 3, 2, 4])
    tf.dispose([tensors, texts, column, complex])
    expect(handles()).toBe(before)
  })

  it('shares the values of clones and frees them with the last', () => {
    const before = [tf.memory().numTensors, tf.memory().numBytes, handles(), backend.numDataIds()]
    const x = tf.tensor1d([1, 2, 3])
    expect(tf.memory().numBytes).toBe((before[1] as number) + 12)
    const y = x.clone()
    expect([handles(), backend.numDataIds()]).toEqual([(before[2] as number) + 1, (before[3] as number) + 1])
    expect(backend.refCount(x.dataId)).toBe(2)
    x.dispose()
    expect([...y.dataSync()]).toEqual([1, 2, 3])
    y.dispose()
    expect([tf.memory().numTensors, tf.memory().numBytes, handles(), backend.numDataIds()]).toEqual(before)
    expect(tf.memory().unreliable).toBeFalsy()
  })

  it('takes tensors from another backend and gives them back', async () => {
    const before = handles()
    await useBackend('cpu')
    const x = tf.tensor1d([1, 2])
    await useBackend('tensorflow')
    const y = tf.add(x, 1)
    await useBackend('cpu')
    const z = tf.mul(y, x)
    expect([...z.dataSync()]).toEqual([2, 6])
    expect(handles()).toBe(before) // all are on the other backend now
    tf.dispose([x, y, z])
    await useBackend('tensorflow')
  })

  it('frees what a kernel made when it fails', () => {
    const [a, b] = [tf.ones([2, 3]), tf.ones([4, 5])]
    const fail = (): void => {
      expect(() => tf.engine().runKernel('Prelu', { x: a, alpha: b })).toThrow(/Mul/)
    }
    fail() // its 0 is kept
    const before = handles()
    fail()
    expect(handles()).toBe(before)
    tf.dispose([a, b])
  })

  it('says that it does not compute with texts', () => {
    const texts = tf.tensor(['a'], [1], 'string')
    expect(() => tf.tile(texts, [2])).toThrow("the backend 'tensorflow' keeps texts, it can't compute with them")
    texts.dispose()
  })
})
