import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clas } from '../capture.test-helper.ts'
import { temporaryFolder } from '../shapes.test-helper.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let photo: string
const at = (name: string): string => join(folder.path, name)

const CONFIG = `
Global:
  epochs: 40
DataLoader:
  Train:
    dataset:
      transform_ops:
        - DecodeImage:
            to_rgb: True
        - RandCropImage:
            size: 6
        - RandFlipImage:
            flip_code: 1
        - NormalizeImage:
            scale: 1.0/255.0
            mean: [0.5, 0.5, 0.5]
            std: [0.5, 0.5, 0.5]
            order: ''
      batch_transform_ops:
        - MixupOperator:
            alpha: 0.2
  Eval:
    dataset:
      transform_ops:
        - DecodeImage:
        - CropImage:
            size: 4
Infer:
  transforms:
    - DecodeImage:
        to_rgb: False
    - CropImage:
        size: 2
    - NormalizeImage:
        scale: 1.0/255.0
        mean: [0.0, 0.0, 0.0]
        std: [1.0, 1.0, 1.0]
        order: ''
    - ToCHWImage:
`

beforeAll(async () => {
  folder = await temporaryFolder()
  photo = at('photo.png')
  const create = { width: 10, height: 8, channels: 3, background: { r: 255, g: 51, b: 0 } } as const
  await sharp({ create }).png().toFile(photo)
  await writeFile(at('config.yaml'), CONFIG)
})
afterAll(() => folder[Symbol.asyncDispose]())

async function npy(file: string): Promise<{ readonly shape: string; readonly values: number[] }> {
  const bytes = await readFile(file)
  const start = 10 + bytes.readUInt16LE(8)
  const values = Array.from({ length: (bytes.length - start) / 4 }, (_, i) => bytes.readFloatLE(start + 4 * i))
  return { shape: /'shape': (\(.*?\))/.exec(bytes.toString('latin1'))?.[1] ?? '', values }
}

async function pixels(file: string): Promise<number[]> {
  return [...(await sharp(file).raw().toBuffer())]
}

describe('clas preprocess', () => {
  test('writes what a config infers with, as numbers and to look at', async () => {
    const { code, stdout } = await clas(['preprocess', photo, '--config', at('config.yaml'), '--out', at('infer')])
    expect(code).toBe(0)
    expect(stdout).toContain('ChannelOrder\nCropImage size: 2\n')
    expect(stdout).toContain('photo.npy  2x2x3, 0.000 to 1.000, mean 0.400')
    const { shape, values } = await npy(at('infer/photo.npy'))
    expect(shape).toBe('(2, 2, 3)')
    expect(values.slice(0, 3).map((value) => value.toFixed(4))).toEqual(['0.0000', '0.2000', '1.0000'])
    expect((await pixels(at('infer/photo.png'))).slice(0, 3)).toEqual([0, 51, 255])
  })

  test('takes the other lists by --mode, and random steps from --seed', async () => {
    await clas(['preprocess', photo, '--config', at('config.yaml'), '--mode', 'eval', '--out', at('eval')])
    expect(await npy(at('eval/photo.npy'))).toMatchObject({ shape: '(4, 4, 3)' })
    const train = ['preprocess', photo, '--config', at('config.yaml'), '--mode', 'train', '--seed', '3', '--out']
    const { stderr } = await clas([...train, at('train')])
    expect(stderr).toBe('the steps for batches are left out: each picture is written by itself\n')
    await clas([...train, at('again')])
    const seen = await npy(at('train/photo.npy'))
    expect(seen).toEqual(await npy(at('again/photo.npy')))
    expect(seen.shape).toBe('(6, 6, 3)')
    expect(seen.values.slice(0, 3).map((value) => value.toFixed(4))).toEqual(['1.0000', '-0.6000', '-1.0000'])
    expect((await pixels(at('train/photo.png'))).slice(0, 3)).toEqual([255, 51, 0])
  })

  test.each([
    ['a list of PaddleClas', '- CropImage: {size: 4}\n- ToCHWImage:\n'],
    ['its lists', 'transform_ops:\n  - CropImage: {size: 4}\n'],
    ['specs', '[{ "name": "CropImage", "options": { "size": 4 } }]'],
    ['a recipe', '{ "transforms": [{ "name": "CropImage", "options": { "size": 4 } }], "batchTransforms": [] }'],
  ])('reads %s', async (name, text) => {
    await writeFile(at('own'), text)
    const { code, stderr } = await clas(['preprocess', photo, '--config', at('own'), '--out', at(name)])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await npy(join(at(name), 'photo.npy'))).toMatchObject({ shape: '(4, 4, 3)' })
  })

  test('pictures of one name are told apart', async () => {
    await writeFile(at('own'), '[]')
    await clas(['preprocess', photo, photo, '--config', at('own'), '--out', at('twice')])
    expect(await npy(at('twice/photo-2.npy'))).toEqual(await npy(at('twice/photo.npy')))
  })

  test.each([
    [[], 2, 'preprocess needs one picture or more'],
    [['a.png'], 2, 'preprocess needs --config FILE'],
    [['a.png', '--config', 'c.yaml'], 2, 'preprocess needs --out FOLDER'],
    [['a.png', '--config', 'no.yaml', '--out', 'x'], 1, "the config no.yaml can't be read: there is no such file"],
    [['PHOTO', '--config', 'BAD', '--out', 'OUT'], 2, 'BAD: transform_ops[0], CropImge: there is no op'],
    [['PHOTO', '--config', 'NONE', '--out', 'OUT'], 1, 'NONE: expected a list of transforms'],
    [['PHOTO', '--config', 'TORN', '--out', 'OUT'], 1, 'TORN is neither YAML nor JSON'],
    [['no.png', '--config', 'OWN', '--out', 'OUT'], 1, "no.png can't be read: there is no such file"],
    [['PHOTO', '--config', 'CONFIG', '--mode', 'test', '--out', 'OUT'], 2, '--mode must be infer or eval or train'],
  ])('%j is an error', async (args, code, message) => {
    const files: Record<string, string> = {
      PHOTO: photo,
      OUT: at('out'),
      BAD: at('BAD'),
      NONE: at('NONE'),
      TORN: at('TORN'),
      OWN: at('own'),
      CONFIG: at('config.yaml'),
    }
    await writeFile(at('BAD'), '- CropImge: {size: 4}\n')
    await writeFile(at('NONE'), 'Arch: {name: ResNet50}\n')
    await writeFile(at('TORN'), '[{')
    await writeFile(at('own'), '[]')
    const result = await clas(['preprocess', ...args.map((arg) => files[arg] ?? arg)])
    expect(result.stderr.replaceAll(`${folder.path}/`, '')).toContain(message)
    expect(result.code).toBe(code)
  })
})
