import { type ClasError, createRng, disposeVariables, encodeSafetensors } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { init, linear, replace } from '@clas/nn'
import { adamw, sgd } from '@clas/optim'
import { expectNoLeaks } from '@clas/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { restoreState, restoreVariables } from './restore.ts'
import { createTrainState, disposeTrainState } from './state.ts'
import { bits, tinyNet } from './testing/tiny.ts'

const module = tinyNet()
const optimizer = adamw({ lr: 0.01 })
const metadata = { seed: 42, model: 'tiny', classes: ['cat', 'dog', 'owl'], extra: { imageSize: 8 } }
let bytes: Uint8Array
let checkpoint: Checkpoint

beforeAll(async () => {
  await useBackend('cpu')
  const fresh = createTrainState({ variables: init(module, createRng(1)), optimizer })
  const state = { ...fresh, step: 13, epoch: 2, batch: 1, lossSum: 0.1 + 0.2, best: { epoch: 1, top1: 2 / 3 } }
  bytes = await encodeCheckpoint({ state, optimizer, metadata })
  checkpoint = decodeCheckpoint(bytes, 'last.safetensors')
  disposeTrainState(fresh, optimizer)
})

const failure = (f: () => unknown): ClasError => {
  try {
    f()
  } catch (error) {
    return error as ClasError
  }
  return expect.fail('nothing was thrown')
}

describe('a checkpoint', () => {
  it('keeps progress, metadata and all bits', () => {
    expect(checkpoint.metadata).toEqual(metadata)
    expect(checkpoint.progress).toEqual({
      step: 13,
      epoch: 2,
      batch: 1,
      lossSum: 0.1 + 0.2,
      best: { epoch: 1, top1: 2 / 3 },
    })
    const state = restoreState(checkpoint, { module, optimizer, classes: metadata.classes })
    const variables = init(module, createRng(1))
    expect(bits(state.variables.params)).toEqual(bits(variables.params))
    expect(bits(state.variables.buffers)).toEqual(bits(variables.buffers))
    disposeVariables(variables)
    disposeTrainState(state, optimizer)
  })

  it('reads the same from a Buffer, which slices without copying', () => {
    const { params, optimizer: saved } = decodeCheckpoint(Buffer.from(bytes), 'buffer')
    expect(params).toEqual(checkpoint.params)
    expect(saved).toEqual(checkpoint.optimizer)
  })

  it('refuses another model with all that is missing, surplus and of another shape', async () => {
    await expectNoLeaks(() => {
      const other = replace({ ...module, parts: { ...module.parts, extra: linear(2, 2) } }, '6', linear(4, 5))
      const error = failure(() => restoreVariables(checkpoint, { module: other }))
      expect(error.code).toBe('state-dict-mismatch')
      expect(error.fields).toMatchObject({
        missing: ['params/extra.weight', 'params/extra.bias'],
        surplus: [],
        wrongShape: ['params/6.weight is [4,3], expected [4,5]', 'params/6.bias is [3], expected [5]'],
      })
      const less = failure(() => restoreVariables(checkpoint, { module: linear(4, 3) }))
      expect(less.fields.surplus).toContain('buffers/1._mean')
    })
  })

  it('refuses other classes, and another optimizer', async () => {
    await expectNoLeaks(() => {
      const more = failure(() => restoreVariables(checkpoint, { module, classes: ['cat', 'dog', 'emu', 'owl'] }))
      expect(more).toMatchObject({ code: 'class-mismatch', fields: { missing: ['emu'], surplus: [], moved: ['owl'] } })
      const moved = failure(() => restoreVariables(checkpoint, { module, classes: ['dog', 'cat', 'owl'] }))
      expect(moved).toMatchObject({ code: 'class-mismatch', fields: { moved: ['dog', 'cat'] } })
      expect(failure(() => restoreState(checkpoint, { module, optimizer: sgd({ lr: 1 }) })).code).toBe(
        'state-dict-mismatch',
      )
    })
  })

  it('is never read when cut off or of another kind', () => {
    for (const length of [0, 7, 100, bytes.length - 1]) {
      expect(failure(() => decodeCheckpoint(bytes.subarray(0, length), 'cut')).code).toBe('corrupt-file')
    }
    const other = (changes: Record<string, string>): ClasError =>
      failure(() =>
        decodeCheckpoint(encodeSafetensors({}, { format: 'clas-checkpoint', version: '1', ...changes }), 'x'),
      )
    expect(other({ format: 'pt' }).message).toContain('x')
    expect(other({ version: '2' }).code).toBe('corrupt-file')
    expect(other({ run: '{' }).code).toBe('corrupt-file')
    expect(other({ run: '{"seed":1,"model":"m","classes":[]}', progress: '{"step":1.5}' }).code).toBe('corrupt-file')
  })
})
