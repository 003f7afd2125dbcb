import { expect, it } from 'vitest'
import type { Handle } from './runtime.ts'
import { TYPES } from './runtime.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'

describeTensorflow('the runtime', (open) => {
  it('names its version and devices, and is opened once', async () => {
    const runtime = await open()
    expect(await open()).toBe(runtime)
    expect(runtime.version).toMatch(/^2\.\d+/)
    expect(runtime.devices.map(({ type }) => type)).toContain('CPU')
  })

  it('copies data in and out', async () => {
    const runtime = await open()
    const cases = [
      [TYPES.float32, Float32Array.of(1.5, -2, 3, 4)],
      [TYPES.int32, Int32Array.of(1, -2, 3, 4)],
      [TYPES.uint8, Uint8Array.of(0, 1, 2, 255)],
      [TYPES.bool, Uint8Array.of(0, 1, 1, 0)],
    ] as const
    for (const [type, data] of cases) {
      const handle = runtime.create(type, [2, 2], data)
      expect(handle).toMatchObject({ type, shape: [2, 2] })
      expect(runtime.read(handle)).toEqual(data)
      runtime.release(handle)
    }
    const int64 = one(runtime.execute('Cast', { DstT: { type: TYPES.int64 } }, [float([2], [3, -4])], 1))
    expect(runtime.read(int64)).toEqual(Int32Array.of(3, -4))
    const empty = float([0, 3], [])
    expect([empty.shape, runtime.read(empty)]).toEqual([[0, 3], new Float32Array(0)])
    const scalar = float([], [7])
    expect([scalar.shape, [...runtime.read(scalar)]]).toEqual([[], [7]])

    function float(shape: number[], values: number[]): Handle {
      return runtime.create(TYPES.float32, shape, Float32Array.from(values))
    }
  })

  it('reads bfloat16 and float16 as float32', async () => {
    const runtime = await open()
    const x = runtime.create(TYPES.float32, [3], Float32Array.of(1.5, -2, 1 / 3))
    const bfloat16 = one(runtime.execute('Cast', { DstT: { type: TYPES.bfloat16 } }, [x], 1))
    const float16 = one(runtime.execute('Cast', { DstT: { type: TYPES.float16 } }, [x], 1))
    expect([bfloat16.type, float16.type]).toEqual([TYPES.bfloat16, TYPES.float16])
    // 1/3 to 8 and to 11 significant bits.
    expect([...runtime.read(bfloat16)]).toEqual([1.5, -2, 171 / 512])
    expect([...runtime.read(float16)]).toEqual([1.5, -2, 1365 / 4096])
  })

  it('runs operations with attributes of all kinds, and with lists', async () => {
    const runtime = await open()
    const a = runtime.create(TYPES.float32, [2, 2], Float32Array.of(1, 2, 3, 4))
    const b = runtime.create(TYPES.float32, [2], Float32Array.of(10, 20))
    const axis = runtime.create(TYPES.int32, [], Int32Array.of(0))
    const run = (name: string, attributes: Parameters<typeof runtime.execute>[1], inputs: Handle[]): number[] => [
      ...runtime.read(one(runtime.execute(name, attributes, inputs, 1))),
    ]
    expect(run('AddV2', {}, [a, b])).toEqual([11, 22, 13, 24])
    expect(run('MatMul', { transpose_a: true }, [a, a])).toEqual([10, 14, 14, 20])
    expect(run('ConcatV2', {}, [a, a, axis])).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
    expect(run('ConcatV2', { N: { int: 2 } }, [a, a, axis])).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
    expect(run('Pack', { axis: { int: 1 } }, [b, b])).toEqual([10, 10, 20, 20])
    expect(run('AddN', {}, [a, a, a])).toEqual([3, 6, 9, 12])
    expect(
      run('LeakyRelu', { alpha: { float: 0.5 } }, [runtime.create(TYPES.float32, [1], Float32Array.of(-3))]),
    ).toEqual([-1.5])
    expect(run('Einsum', { equation: 'ij,jk->ik' }, [a, a])).toEqual([7, 10, 15, 22])
    const image = runtime.create(TYPES.float32, [1, 2, 2, 1], Float32Array.of(1, 2, 3, 4))
    const pool = { ksize: { ints: [1, 2, 2, 1] }, strides: { ints: [1, 1, 1, 1] }, padding: 'VALID' }
    expect(run('MaxPool', pool, [image])).toEqual([4])
    expect(runtime.execute('Unpack', { num: { int: 2 } }, [a], 2).map(({ shape }) => shape)).toEqual([[2], [2]])
  })

  it('says which operation failed, on what', async () => {
    const runtime = await open()
    const a = runtime.create(TYPES.float32, [2, 3], new Float32Array(6))
    expect(() => runtime.execute('MatMul', {}, [a, a], 1)).toThrow(
      /MatMul failed: .*size-incompatible.*\(float32 \[2,3\], float32 \[2,3\]\)/,
    )
    expect(() => runtime.execute('MatMuhl', {}, [a, a], 1)).toThrow(/MatMuhl/)
    expect(() => runtime.create(TYPES.float32, [2, 3], new Float32Array(5))).toThrow(/24 bytes.*found 20/)
  })

  it('frees once', async () => {
    const runtime = await open()
    const { eager } = runtime.recording
    const before = eager.handles
    const a = runtime.create(TYPES.float32, [2], new Float32Array(2))
    const b = one(runtime.execute('Neg', {}, [a], 1))
    expect(eager.handles).toBe(before + 2)
    runtime.release(a)
    runtime.release(b)
    expect(eager.handles).toBe(before)
    expect(a.shape).toEqual([2])
    expect(() => runtime.release(a)).toThrow(/freed/)
    expect(() => runtime.execute('Neg', {}, [a], 1)).toThrow(/freed/)
    expect(() => runtime.read(a)).toThrow(/freed/)
    expect(eager.handles).toBe(before)
  })
})

function one([handle]: readonly Handle[]): Handle {
  if (!handle) throw new Error('no output')
  return handle
}
