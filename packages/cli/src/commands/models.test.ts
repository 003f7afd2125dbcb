import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { clas } from '../capture.test-helper.ts'

interface Row {
  readonly name: string
  readonly parameters: number
  readonly multiplyAdds: number
  readonly top1?: number
}

async function list(...args: string[]): Promise<Row[]> {
  const { stdout } = await clas(['models', ...args, '--json'])
  return JSON.parse(stdout) as Row[]
}

const names = (rows: readonly Row[]): string[] => rows.map(({ name }) => name)

describe('clas models', () => {
  test('counts as published, in a table', async () => {
    const { code, stdout } = await clas(['models', 'resnet18'])
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^model +parameters \(M\) +multiply-adds \(M\) +size +top-1 \(%\) +year$/)
    expect(stdout).toMatch(/\nResNet18 +11\.7 +1826\.9 +224 +70\.98 +2015\n/)
    expect(stdout).toMatch(/\nResNet18_vd /)
  })

  test('finds by a part of the name, or the whole with *', async () => {
    expect(names(await list('lcnet_x0'))).toEqual(['PPLCNet_x0_25', 'PPLCNet_x0_35', 'PPLCNet_x0_5', 'PPLCNet_x0_75'])
    expect(names(await list('resnet*_vc'))).toEqual(['ResNet50_vc'])
  })

  test('filters and sorts', async () => {
    const rows = await list('--max-params', '5M', '--max-flops', '0.3G', '--min-top1', '0.7', '--sort', 'top1')
    expect(rows.length).toBeGreaterThan(1)
    expect(rows.every(({ parameters, multiplyAdds }) => parameters <= 5e6 && multiplyAdds <= 3e8)).toBe(true)
    const top1 = rows.map((row) => row.top1 ?? 0)
    expect(top1).toEqual([...top1].sort((a, b) => b - a))
    expect(top1.at(-1)).toBeGreaterThanOrEqual(0.7)
  })

  test('takes accuracies as fractions and in percent', async () => {
    const options = ['resnet', '--sort', 'name', '--min-top1']
    const rows = await list(...options, '79')
    expect(names(rows)).toContain('ResNet50_vd')
    expect(names(rows)).not.toContain('ResNet50')
    expect(await list(...options, '0.79')).toEqual(rows)
  })

  test('gives the preprocessing as JSON', async () => {
    const [row] = await list('DeiT_tiny_patch16_224')
    expect(row).toMatchObject({
      paper: 'arXiv 2012.12877',
      year: 2020,
      top5: 0.91,
      preprocessing: { resizeShort: 256, cropRatio: 0.875, interpolation: 'bicubic', mean: [0.485, 0.456, 0.406] },
    })
  })

  test('plots accuracy against cost, with the Pareto front', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clas-plot-'))
    const svg = join(folder, 'models.svg')
    const { stderr } = await clas(['models', 'resnet', '--plot', svg])
    expect(stderr).toBe(`plot: ${svg}\n`)
    const drawn = await readFile(svg, 'utf8')
    expect(drawn).toContain('<title>ResNet50_vd: 79.12 %, 4.33 G, 25.6 M parameters, 224 pixels</title>')
    expect(drawn).toMatch(/<text [^>]*>ResNet50_vd<\/text>/) // on the front
    expect(drawn).not.toMatch(/<text [^>]*>ResNet152<\/text>/) // ResNet101_vd is better for less
    const page = join(folder, 'models.html')
    await clas(['models', 'resnet', '--plot', page, '--cost', 'params'])
    expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg/)
    const { code, stderr: refused } = await clas(['models', '--plot', join(folder, 'models.png')])
    expect(code).toBe(2)
    expect(refused).toContain('.svg or .html')
    await rm(folder, { recursive: true })
  })

  test('knows families, and those of plugins', async () => {
    expect(names(await list('--family', 'resnet_vc'))).toEqual(['ResNet50_vc'])
    const plugin = fileURLToPath(new URL('../../fixtures/tiny-net.js', import.meta.url))
    expect(names(await list('--family', 'tiny', '--plugin', plugin))).toEqual(['TinyNet'])
  })

  test('gives its registries to a plugin that exports a function', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clas-plugin-'))
    const plugin = join(folder, 'copy.mjs')
    const model = `backbones.get('PPLCNet_x0_25').create, { inputSize: 32, family: 'Copy' }`
    await writeFile(plugin, `export default ({ backbones }) => backbones.register('CopyNet', ${model})`)
    expect(names(await list('--family', 'copy', '--plugin', plugin))).toEqual(['CopyNet'])
    await rm(folder, { recursive: true })
  })

  test('says when nothing fits', async () => {
    expect(await clas(['models', '--max-params', '1'])).toMatchObject({
      code: 1,
      stderr: 'no model fits these options\n',
    })
  })
})
