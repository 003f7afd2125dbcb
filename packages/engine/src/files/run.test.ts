import { access, appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@clas/kernels'
import { momentum } from '@clas/optim'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fit } from '../fit.ts'
import { restoreState } from '../restore.ts'
import { disposeTrainState } from '../state.ts'
import { bits, tinyLoader, tinyOptions, tinySource } from '../testing/tiny.ts'
import { readCheckpoint } from './checkpoint-file.ts'
import { checkpoints } from './checkpoints.ts'
import { jsonLinesLog, readLog } from './log.ts'
import { report } from './report.ts'
import { createRun, openRun, writeMetrics } from './run.ts'

let folder: string

beforeAll(async () => {
  await useBackend('cpu')
  folder = await mkdtemp(join(tmpdir(), 'clas-run-'))
})

afterAll(() => rm(folder, { recursive: true }))

const metadata = { seed: 42, model: 'tiny', classes: ['class 0', 'class 1', 'class 2'] }
const optimizer = momentum({ lr: 0.05, momentum: 0.9 })

describe('a run', () => {
  it('is not made where something is, and not found where something is missing', async () => {
    const out = join(folder, 'first')
    await expect(openRun(out)).rejects.toMatchObject({ code: 'run-missing', fields: { missing: 'config.json' } })
    const run = await createRun(out, { epochs: 2 })
    await expect(createRun(out, {})).rejects.toMatchObject({ code: 'run-exists', fields: { folder: out } })
    await expect(createRun(run.files.config, {})).rejects.toMatchObject({ code: 'run-exists' })
    await expect(openRun(out)).rejects.toMatchObject({
      code: 'run-missing',
      fields: { missing: 'checkpoints/last.safetensors' },
    })
    await writeFile(run.files.last, 'x')
    await writeFile(join(out, 'checkpoints', '.last.safetensors.123.tmp'), 'left by a process that was killed')
    expect((await openRun(out)).config).toEqual({ epochs: 2 })
    expect(await readdir(join(out, 'checkpoints'))).toEqual(['last.safetensors'])
    await writeFile(run.files.config, '[')
    await expect(openRun(out)).rejects.toMatchObject({ code: 'corrupt-file', fields: { file: run.files.config } })
    await writeMetrics(run, { top1: 0.5 })
    expect(JSON.parse(await readFile(run.files.metrics, 'utf8'))).toEqual({ top1: 0.5 })
  })

  it('that was killed goes on to the same bits, with each step once in its log', async () => {
    const evaluate = { loader: tinyLoader(tinySource(), false) }
    const straight = await fit({ ...tinyOptions(optimizer), epochs: 3, evaluate })

    const out = join(folder, 'killed')
    const created = await createRun(out, {})
    const killed = fit(
      { ...tinyOptions(optimizer), epochs: 3, evaluate, logEvery: 1 },
      jsonLinesLog(created),
      checkpoints(created, { optimizer, metadata }),
      (event) => {
        if (event.type === 'step' && event.step === 15) throw new Error('killed')
      },
    )
    await expect(killed).rejects.toThrow('killed')
    await appendFile(created.files.log, '{"type":"step","ste')

    const run = await openRun(out)
    const checkpoint = await readCheckpoint(run.files.last)
    expect(checkpoint.progress).toMatchObject({ step: 12, epoch: 2, batch: 0 })
    const options = tinyOptions(optimizer)
    disposeTrainState(options.state, optimizer)
    const state = restoreState(checkpoint, { module: options.module, optimizer, classes: metadata.classes })
    const last = await fit(
      { ...options, state, epochs: 3, evaluate, logEvery: 1 },
      jsonLinesLog(run),
      checkpoints(run, { optimizer, metadata }),
      report(run),
    )
    expect(bits(last.variables.params)).toEqual(bits(straight.variables.params))
    const log = await readLog(run)
    const steps = log.flatMap((event) => (event.type === 'step' ? [event.step] : []))
    expect(steps).toEqual(Array.from({ length: 18 }, (_, i) => i + 1))
    expect(log.filter(({ type }) => type === 'evaluation').map(({ step }) => step)).toEqual([6, 12, 18])
    expect(log.every((event) => !('state' in event) && event.time.endsWith('Z'))).toBe(true)

    const best = await readCheckpoint(run.files.best)
    expect(best.progress.best).toEqual(last.best)
    expect(best.progress.epoch).toBe((last.best?.epoch ?? -1) + 1)
    expect((await readCheckpoint(run.files.last)).progress).toMatchObject({ step: 18, epoch: 3 })
    expect(await readFile(run.files.report, 'utf8')).toContain('<svg')
    disposeTrainState(straight, optimizer)
    disposeTrainState(last, optimizer)
  })

  it('writes the last checkpoint every so many epochs, after the last, and when stopped', async () => {
    const run = await createRun(join(folder, 'every'), {})
    const written: number[] = []
    const stop = new AbortController()
    const state = await fit(
      { ...tinyOptions(optimizer), epochs: 5, logEvery: 1, signal: stop.signal },
      checkpoints(run, { optimizer, metadata, every: 2 }),
      async (event) => {
        if (event.type === 'step' && event.step === 20) stop.abort()
        if (event.type !== 'epoch-end' && event.type !== 'stopped') return
        const there = await access(run.files.last).then(
          () => true,
          () => false,
        )
        written.push(there ? (await readCheckpoint(run.files.last)).progress.step : 0)
      },
    )
    expect(written).toEqual([0, 12, 12, 20])
    expect(await readdir(join(run.folder, 'checkpoints'))).toEqual(['last.safetensors'])
    disposeTrainState(state, optimizer)
  })
})

it('names a line of the log that is not JSON', async () => {
  const run = await createRun(join(folder, 'log'), {})
  expect(await readLog(run)).toEqual([])
  await writeFile(run.files.log, '{"type":"end","step":1}\nhello\n')
  await expect(readLog(run)).rejects.toMatchObject({ code: 'corrupt-file', fields: { line: 2 } })
  await expect(readCheckpoint(join(folder, 'none'))).rejects.toMatchObject({ code: 'io', fields: { code: 'ENOENT' } })
})
