import { describe, expect, test } from 'vitest'
import { clas } from './capture.test-helper.ts'

describe('help', () => {
  test('lists the commands', async () => {
    const { code, stdout } = await clas(['--help'])
    expect(code).toBe(0)
    for (const name of ['train', 'evaluate', 'predict', 'models', 'doctor']) expect(stdout).toContain(`\n  ${name} `)
  })

  test.each(['train', 'evaluate', 'predict', 'models', 'doctor'])('tells the options of %s', async (name) => {
    const { code, stdout } = await clas([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage:\n  clas ${name}`)
    expect(stdout).toContain('--debug')
    expect(await clas(['help', name])).toEqual({ code, stdout, stderr: '' })
  })

  test('is what no command at all gives, with the exit code of a wrong command line', async () => {
    expect(await clas([])).toMatchObject({ code: 2, stdout: expect.stringContaining('Usage: clas COMMAND') })
  })

  test('tells the version', async () => {
    expect((await clas(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/)
  })
})

describe('a wrong command line has the exit code 2', () => {
  test.each([
    [['trian', 'photos'], "there is no command 'trian'; did you mean train?"],
    [['frobnicate'], 'there are train, evaluate, predict, preprocess, augment, datasets, models, bench, doctor'],
    [['train', 'photos', '--modle', 'ResNet18'], 'there is no option --modle; did you mean --model?'],
    [['train', 'photos', '--epochs'], '--epochs needs a value: --epochs N'],
    [['train', 'photos', '--model', '--size', '32'], '--model needs a value'],
    [['train', 'photos', '--epochs', 'many'], "--epochs must be a whole number of at least 1, found 'many'"],
    [['train', 'photos', '--epochs', '0'], 'at least 1'],
    [['train', 'photos', '--smoothing', '2'], 'at most 0.999'],
    [['train', 'photos', '--optimizer', 'momentun'], 'did you mean momentum?'],
    [['train', 'photos', '--model', 'ResNet5'], "there is no model 'ResNet5'; did you mean 'ResNet50'"],
    [['train', 'photos', '--size', '32', '--size', '64'], '--size is given twice'],
    [['train'], 'train needs a folder of pictures'],
    [['train', 'a', 'b'], 'found also b'],
    [['train', '--resume', 'runs/a', '--lr', '1'], 'leave out --lr'],
    [['train', 'photos', '--strides', '1,2'], 'five numbers'],
    [['evaluate'], 'needs the folder of a run'],
    [['predict', 'runs/a'], 'needs one picture or more'],
    [['models', 'ResNet999'], "there is no model 'ResNet999'"],
    [['models', '--family', 'ResNt'], 'did you mean ResNet'],
    [['models', '--max-params', 'few'], '--max-params must be a number'],
    [['doctor', '--json=yes'], '--json takes no value'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await clas(args)
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^error \[(usage|unknown-name)\] /)
    expect(stderr).toMatch(/see clas .*--help\n$/)
    expect(stderr).not.toContain('    at ')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

test('--debug shows the stack', async () => {
  const { code, stderr } = await clas(['evaluate', 'no-such-run', '--debug'])
  expect(code).toBe(1)
  expect(stderr).toContain('error [run-missing]')
  expect(stderr).toContain('    at ')
})

test('a command that is interrupted before it begins has the exit code 130', async () => {
  expect(await clas(['doctor'], { signal: AbortSignal.abort() })).toMatchObject({ code: 130, stdout: '' })
})
