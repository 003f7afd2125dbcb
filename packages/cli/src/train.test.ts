import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { useBackend } from '@clas/kernels'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clas } from './capture.test-helper.ts'
import { breakPicture, CLASSES, drawShapes, temporaryFolder } from './shapes.test-helper.ts'

const MODEL = ['--model', 'PPLCNet_x0_25', '--size', '32', '--batch-size', '8']
const BASE = [...MODEL, '--threads', '0']

let root = ''
let remove = async (): Promise<unknown> => undefined
const at = (...parts: string[]): string => join(root, ...parts)
const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'))

beforeAll(async () => {
  await useBackend('auto')
  const folder = await temporaryFolder()
  root = folder.path
  remove = async () => folder[Symbol.asyncDispose]()
  await drawShapes(at('shapes'), 10)
  await breakPicture(at('shapes', 'disc', 'broken.jpg'))
})

afterAll(() => remove())

describe('a run', () => {
  test('trains, tells of a broken picture, and leaves its files', async () => {
    const tensors = memory().numTensors
    const { code, stdout, stderr } = await clas(['train', at('shapes'), ...BASE, '--epochs', '2', '--out', at('a')])
    expect(stderr).toContain('3 classes')
    expect(stderr.match(/skipped: .*broken\.jpg can't be decoded: expected JPEG, PNG, WebP/g)).toHaveLength(1)
    expect(stderr).toContain('1 picture was skipped')
    expect(stderr).toContain('epoch 2/2')
    expect(stdout).toMatch(/^best top-1 \d+\.\d\d% \(epoch [12] of 2\)/)
    expect(stdout).toMatch(/^peak memory of a step: \d+ MB$/m)
    expect(code).toBe(0)
    const config = await json(at('a', 'config.json'))
    expect(config).toMatchObject({ classes: CLASSES, model: 'PPLCNet_x0_25', size: 32, seed: 0 })
    expect(config.preprocessing.resizeShort).toBe(37) // 32 · 256 / 224
    const metrics = await json(at('a', 'metrics.json'))
    expect(metrics.confusion).toHaveLength(3)
    expect(stdout).toContain((100 * metrics.top1).toFixed(2))
    expect(await readFile(at('a', 'report.html'), 'utf8')).toContain('Confusion')
    const log = (await readFile(at('a', 'log.jsonl'), 'utf8')).trim().split('\n')
    expect(log.map((line) => JSON.parse(line).type)).toContain('epoch-end')
    expect(memory().numTensors).toBe(tensors)
  })

  test('in a precision that the backend lacks is refused before anything is written', async () => {
    const { code, stderr } = await clas([
      ...['train', at('shapes'), ...BASE, '--backend', 'wasm', '--precision', 'f16', '--out', at('f16')],
    ])
    expect(code).toBe(1)
    expect(stderr).toContain("choose the backend 'tensorflow'")
    await expect(readFile(at('f16', 'config.json'))).rejects.toThrow('ENOENT')
  })

  test('that was interrupted ends with the same bits as one that was not', async () => {
    const interrupt = new AbortController()
    const stopped = await clas(['train', at('shapes'), ...BASE, '--epochs', '2', '--out', at('b')], {
      signal: interrupt.signal,
      onStderr: (text) => text.startsWith('skipped') && interrupt.abort(),
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stderr).toMatch(/stopped after step [12]\n/) // of 3 in the first epoch
    expect(stopped.stdout).toContain(`clas train --resume ${at('b')}`)
    const resumed = await clas(['train', '--resume', at('b')])
    expect(resumed.code).toBe(0)
    const [a, b] = await Promise.all(['a', 'b'].map((name) => readFile(at(name, 'checkpoints', 'last.safetensors'))))
    expect(b?.equals(a ?? Buffer.alloc(0))).toBe(true)
  })

  test('goes on for more epochs', async () => {
    const { code, stdout, stderr } = await clas(['train', '--resume', at('b'), '--epochs', '3'])
    expect(code).toBe(0)
    expect(stderr).toContain('epoch 3/3')
    expect(stderr).not.toContain('epoch 2/3')
    expect(stdout).toContain('of 3')
    expect((await json(at('b', 'config.json'))).epochs).toBe(3)
  })

  test('takes folders of its own for validation, adamw, mixup, frozen parts and threads', async () => {
    await drawShapes(at('parted', 'train'), 4)
    await drawShapes(at('parted', 'val'), 2, ['disc', 'square'])
    await breakPicture(at('parted', 'val', 'disc', 'broken.png'))
    const options = ['--epochs', '1', '--optimizer', 'adamw', '--mixup', '0.2', '--freeze', 'conv1,blocks2']
    const { code, stderr } = await clas([
      'train',
      at('parted'),
      ...MODEL,
      ...options,
      '--threads',
      '1',
      '--out',
      at('c'),
    ])
    expect(stderr).toContain('12 pictures to train on, 5 to measure with')
    expect(stderr.match(/skipped: /g)).toHaveLength(1)
    expect((await json(at('c', 'metrics.json'))).count).toBe(4)
    expect(code).toBe(0)
    expect((await clas(['evaluate', at('c')])).stdout).toMatch(/bar +0\n/)
  })
})

describe('a trained model', () => {
  test('is measured on the pictures that were kept for it', async () => {
    const { code, stdout } = await clas(['evaluate', at('a'), '--json'])
    expect(code).toBe(0)
    const measured = JSON.parse(stdout)
    const metrics = await json(at('a', 'metrics.json'))
    expect(measured).toMatchObject({ top1: metrics.top1, loss: metrics.loss, count: metrics.count })
  })

  test('is measured on another folder, in a table', async () => {
    await drawShapes(at('others'), 2, ['bar', 'square'])
    await breakPicture(at('others', 'bar', 'broken.png'))
    const { code, stdout, stderr } = await clas(['evaluate', at('a'), at('others'), '--checkpoint', 'last'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pictures {2}4\nloss/) // the broken one is not counted
    expect(stderr).toMatch(/skipped: .*broken\.png can't be decoded/)
    expect(stdout).toMatch(/disc +0/)
  })

  test('names pictures, and goes on after a broken one', async () => {
    const broken = at('shapes', 'disc', 'broken.jpg')
    const files = [at('shapes', 'bar', '0.png'), broken, at('none.png'), at('shapes', 'disc', '1.jpg')]
    const { code, stdout, stderr } = await clas(['predict', at('a'), ...files, '--top', '2'])
    expect(code).toBe(1)
    expect(stderr).toContain(`error [corrupt-image] ${broken}`)
    expect(stderr).toContain("none.png can't be read: there is no such file")
    expect(stdout.split('\n').filter((line) => line.includes('%'))).toHaveLength(4)
  })

  test('names pictures as JSON with probabilities that sum to 1', async () => {
    const { code, stdout } = await clas(['predict', at('a'), at('shapes', 'square', '2.webp'), '--json'])
    expect(code).toBe(0)
    const [{ top }] = JSON.parse(stdout) as [{ top: { class: string; probability: number }[] }]
    expect(top.map((ranked) => ranked.class).sort()).toEqual(CLASSES)
    expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
  })
})
