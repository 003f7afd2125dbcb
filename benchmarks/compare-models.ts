import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createModel } from '@clas/backbones'
import { summary } from '@clas/nn'
import { addRows, countOf, othersOf, say } from './compare.ts'
import { type Answer, type Engine, EXPORTER, type Measured, type ModelJob, type OnnxFile } from './engines.ts'
import { CLASSES, MODEL_CASES, type ModelCase } from './models.ts'
import type { Report } from './report.ts'
import { runJob } from './run-job.ts'
import { save } from './save.ts'

/**
 * Whole models. Goes through the engines, again for each further round, each time in a new process, so that a drift of
 * the machine hits all of them.
 */
export async function compareModels(
  work: ModelJob['work'],
  threads: number,
  engines: readonly Engine[],
  report: Report,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { models, quick, rounds, runs, seconds } = report.options
  for (const listed of MODEL_CASES.filter(({ model }) => models.includes(model))) {
    const { model, size } = listed
    const each = { ...listed, batch: quick ? listed.quickBatch : listed.batch }
    const name = `${model} @${size}, batch ${each.batch}`
    const measured = new Map<Engine, readonly Measured[]>()
    const failed = new Set<Engine>()
    for (const engine of Array.from({ length: rounds }, () => engines).flat()) {
      if (failed.has(engine)) continue
      const answer = await answerOf({ work, case: each, engine, threads, runs, seconds })
      if ('value' in answer) {
        measured.set(engine, [...(measured.get(engine) ?? []), { ...answer.value, ...othersOf(answer) }])
      } else {
        failed.add(engine)
        const reason = `${work} ${name}, ${countOf(threads)}, ${engine.name}: ${answer.unavailable}`
        say(report.skipped, reason, 'skipped')
      }
    }
    addRows({ work, name, threads, ...costOf(work, each) }, measured, report)
    save(report)
  }

  async function answerOf(job: ModelJob): Promise<Answer<Measured>> {
    if (job.engine.library !== 'onnxruntime') return runJob<Measured>(job, environment)
    const file = await onnxFile(job.case)
    return 'value' in file ? runJob<Measured>({ ...job, onnx: file.value }, environment) : file
  }
}

function costOf(work: ModelJob['work'], { model, size, batch }: ModelCase) {
  const { parameters, multiplyAdds } = summary(createModel(model, { classes: CLASSES }), [batch, size, size, 3])
  // A gradient of a convolution or product multiplies as often as the forward pass, and there are two.
  return { parameters, cost: { flops: 2 * multiplyAdds * (work === 'inference' ? 1 : 3) } }
}

const files = new Map<string, Answer<OnnxFile>>()
let folder: string | undefined

/** Made once for a model, and gone when the program ends. */
async function onnxFile(model: ModelCase): Promise<Answer<OnnxFile>> {
  const known = files.get(model.model)
  if (known) return known
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'clas-bench-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    folder = made
  }
  const path = join(folder, `${model.model}.onnx`)
  const job = { work: 'onnx', engine: EXPORTER, threads: 1, case: model, path } as const
  const answer = await runJob<{ readonly parameters: number }>(job)
  const file = 'value' in answer ? { value: { path, ...answer.value } } : answer
  files.set(model.model, file)
  return file
}
