import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clas } from '../capture.test-helper.ts'

describe('clas bench', () => {
  test('measures models one by one, and plots what it found', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clas-bench-'))
    const plot = join(folder, 'latency.svg')
    const models = ['PPLCNet_x0_25', 'MobileNetV3_small_x0_35']
    const { code, stdout } = await clas([
      'bench',
      ...models,
      '--seconds',
      '0',
      '--batch',
      '2',
      '--json',
      '--plot',
      plot,
    ])
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report.batch).toBe(2)
    expect(report.models.map(({ name }: { name: string }) => name)).toEqual(models)
    for (const { milliseconds, picturesPerSecond } of report.models) {
      expect(milliseconds).toBeGreaterThan(0)
      expect(picturesPerSecond).toBeCloseTo(2000 / milliseconds)
    }
    expect(await readFile(plot, 'utf8')).toContain('milliseconds for 2 pictures')
    await rm(folder, { recursive: true })
  })

  test('refuses an unknown name before it measures', async () => {
    const { code, stderr } = await clas(['bench', 'PPLCNet_x0_25', 'PPLCNet_x0_26'])
    expect(code).toBe(2)
    expect(stderr).toContain(`did you mean 'PPLCNet_x0_25'`)
  })

  test('asks for a model', async () => {
    expect(await clas(['bench'])).toMatchObject({ code: 2 })
  })
})
