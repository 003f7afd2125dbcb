import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Captured, clas } from './capture.test-helper.ts'
import { breakPicture, drawShapes, temporaryFolder } from './shapes.test-helper.ts'

const PLUGIN = fileURLToPath(new URL('../fixtures/tiny-net.js', import.meta.url))
const OPTIONS = ['--model', 'TinyNet', '--plugin', PLUGIN, '--epochs', '1', '--batch-size', '4', '--threads', '0']

let root = ''
let remove = async (): Promise<unknown> => undefined
const at = (...parts: string[]): string => join(root, ...parts)
const train = (folder: string, ...more: string[]): Promise<Captured> =>
  clas(['train', folder, ...OPTIONS, '--out', at('runs', 'new'), ...more])

beforeAll(async () => {
  const folder = await temporaryFolder()
  root = folder.path
  remove = async () => folder[Symbol.asyncDispose]()
  await drawShapes(at('shapes'), 4)
  const trained = await clas(['train', at('shapes'), ...OPTIONS, '--out', at('runs', 'tiny')])
  expect(trained).toMatchObject({ code: 0, stderr: expect.stringContaining('TinyNet at 32×32') })
})

afterAll(() => remove())

/** What is expected of every failure that somebody foresaw. */
function expectError({ code, stdout, stderr }: Captured, errorCode: string, ...parts: readonly string[]): void {
  expect(stderr).toContain(`error [${errorCode}] `)
  for (const part of parts) expect(stderr).toContain(part)
  expect(stderr).not.toContain('    at ')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

describe('train', () => {
  test('without the folder', async () => {
    expectError(await train(at('nowhere')), 'io', `there is no folder ${at('nowhere')}`)
  })

  test('with a file for a folder', async () => {
    expectError(await train(at('shapes', 'disc', '0.png')), 'io', 'is a file; expected a folder')
  })

  test('with a class that has no pictures', async () => {
    await cp(at('shapes'), at('empty'), { recursive: true })
    await mkdir(at('empty', 'triangle'))
    expectError(await train(at('empty')), 'empty-class', "'triangle'", 'add pictures or remove the folder')
  })

  test('with no pictures at all', async () => {
    await mkdir(at('nothing'))
    expectError(await train(at('nothing')), 'no-images', at('nothing'))
  })

  test('with one class only', async () => {
    await drawShapes(at('one'), 2, ['disc'])
    expectError(await train(at('one')), 'class-mismatch', "one class only, 'disc'")
  })

  test('into a run that is there', async () => {
    const out = at('runs', 'tiny')
    expectError(await clas(['train', at('shapes'), ...OPTIONS, '--out', out]), 'run-exists', out)
  })

  test('with a broken picture where that is an error', async () => {
    await cp(at('shapes'), at('broken'), { recursive: true })
    await breakPicture(at('broken', 'bar', '9.png'))
    await breakPicture(at('broken', 'bar', '8.png'))
    expectError(await train(at('broken'), '--on-corrupt', 'error'), 'corrupt-image', 'bar', 'expected JPEG, PNG, WebP')
  })

  test('with nothing at a path to freeze', async () => {
    expectError(await train(at('shapes'), '--freeze', 'stam'), 'unknown-path', 'did you mean stem?')
  })

  test('with a plugin that is not there', async () => {
    expectError(
      await train(at('shapes'), '--plugin', at('none.js')),
      'io',
      `the plugin ${at('none.js')} can't be imported`,
    )
  })

  test('with a size that the model cannot take', async () => {
    const small = ['train', at('shapes'), '--model', 'InceptionV3', '--size', '8', '--out', at('runs', 'small')]
    expectError(await clas(small), 'bad-option', "can't take pictures of 8×8", 'published for 299')
  })

  test('with strides that the model does not have', async () => {
    expectError(await train(at('shapes'), '--strides', '1,1,2,2,2'), 'bad-option', 'change nothing in TinyNet')
  })
})

describe('a run', () => {
  test('that is not there', async () => {
    expectError(await clas(['predict', at('nowhere'), 'a.png']), 'run-missing', at('nowhere'))
    expectError(await clas(['train', '--resume', at('nowhere')]), 'run-missing', at('nowhere'))
  })

  test('whose checkpoint was cut off', async () => {
    await cp(at('runs', 'tiny'), at('runs', 'cut'), { recursive: true })
    const file = at('runs', 'cut', 'checkpoints', 'last.safetensors')
    await truncate(file, 2000)
    expectError(await clas(['train', '--resume', at('runs', 'cut')]), 'corrupt-file', file)
    expectError(await clas(['evaluate', at('runs', 'cut'), '--checkpoint', 'last']), 'corrupt-file', file)
  })

  test('whose classes are fewer than those of its checkpoint', async () => {
    await cp(at('runs', 'tiny'), at('runs', 'fewer'), { recursive: true })
    const config = at('runs', 'fewer', 'config.json')
    const settings = JSON.parse(await readFile(config, 'utf8'))
    await writeFile(config, JSON.stringify({ ...settings, classes: ['bar', 'disc'] }))
    expectError(await clas(['predict', at('runs', 'fewer'), at('shapes', 'disc', '0.png')]), 'class-mismatch', 'square')
  })

  test('whose config lacks something', async () => {
    await cp(at('runs', 'tiny'), at('runs', 'old'), { recursive: true })
    await writeFile(at('runs', 'old', 'config.json'), '{}')
    expectError(await clas(['evaluate', at('runs', 'old')]), 'corrupt-file', "no string 'version'")
  })

  test('whose pictures have changed', async () => {
    await cp(at('shapes'), at('changed'), { recursive: true })
    await cp(at('runs', 'tiny'), at('runs', 'changed'), { recursive: true })
    const config = at('runs', 'changed', 'config.json')
    const settings = JSON.parse(await readFile(config, 'utf8'))
    await writeFile(config, JSON.stringify({ ...settings, folder: at('changed') }))
    await cp(at('shapes', 'bar', '0.png'), at('changed', 'bar', 'more.png'))
    expectError(await clas(['train', '--resume', at('runs', 'changed')]), 'bad-option', 'the run began with 9 and 3')
  })

  test('measured on a class that it does not know', async () => {
    await drawShapes(at('unknown'), 1, ['bar', 'disc'])
    await cp(at('unknown', 'disc'), at('unknown', 'hat'), { recursive: true })
    expectError(await clas(['evaluate', at('runs', 'tiny'), at('unknown')]), 'class-mismatch', 'hat')
  })
})
