import { ClasError } from '@clas/core'
import { expect, it, vi } from 'vitest'
import { AutocastRuntime } from './autocast-runtime.ts'
import type { RecordingRuntime } from './recording-runtime.ts'
import { type Attributes, type Handle, TYPES } from './runtime.ts'

/** Notes what is run, in which types, and has nothing of a low type but casts. */
function without(message: string): { readonly recording: RecordingRuntime; readonly ran: string[] } {
  const ran: string[] = []
  const execute = vi.fn((operation: string, attributes: Attributes, inputs: readonly Handle[]): Handle[] => {
    ran.push(`${operation} ${inputs.map(({ type }) => type)}`)
    if (operation === 'Cast') return [{ shape: [2, 2], type: (attributes.DstT as { type: number }).type }]
    if (inputs.some(({ type }) => type !== TYPES.float32)) throw new ClasError('bad-option', message)
    return [{ shape: [2, 2], type: TYPES.float32 }]
  })
  return { recording: { execute, session: 0, isRecording: false } as unknown as RecordingRuntime, ran }
}

const a: Handle = { shape: [2, 2], type: TYPES.float32 }

it('runs in float32 what the library lacks in the low type, from the second time on at once', () => {
  const { recording, ran } = without(
    "Could not find device for node. All kernels registered for op MatMul:\n device='CPU'",
  )
  const runtime = new AutocastRuntime(recording)
  const run = (): readonly Handle[] => runtime.within(TYPES.bfloat16, () => runtime.execute('MatMul', {}, [a, a], 1))
  expect(run()[0]?.type).toBe(TYPES.float32)
  expect(ran).toEqual(['Cast 1', 'MatMul 14,14', 'MatMul 1,1'])
  expect(run()[0]?.type).toBe(TYPES.float32)
  expect(ran.slice(3)).toEqual(['MatMul 1,1'])
})

it('hands on all other errors', () => {
  const runtime = new AutocastRuntime(without('Matrix size-incompatible').recording)
  expect(() => runtime.within(TYPES.float16, () => runtime.execute('MatMul', {}, [a, a], 1))).toThrow(
    'size-incompatible',
  )
})

it('casts nothing where no precision was ever asked for', () => {
  const { recording, ran } = without('')
  new AutocastRuntime(recording).execute('MatMul', {}, [a, a], 1)
  expect(ran).toEqual(['MatMul 1,1'])
})
