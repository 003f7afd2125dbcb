import { disposeVariables } from '@clas/core'
import { restoreVariables } from '@clas/engine'
import { readCheckpoint, writeMetrics, writeReport } from '@clas/engine/node'
import { bytes, duration, percent } from '../format.ts'
import type { CommandIo } from '../io.ts'
import type { LoaderParts } from './loaders.ts'
import { measure } from './measure.ts'
import type { Session } from './session-parts.ts'
import { worstErrors } from './worst-errors.ts'

/** What training took. */
export interface Spent {
  readonly seconds: number
  /** Of all tensors in a step; missing where there was no step. */
  readonly peakBytes: number | undefined
}

/** Measures the best checkpoint once more, picture by picture, writes metrics and report, and says where all is. */
export async function finish(
  { run, settings, model, pictures }: Session,
  parts: LoaderParts,
  { seconds, peakBytes }: Spent,
  { stdout, signal }: CommandIo,
): Promise<void> {
  const { skipped } = parts
  const checkpoint = await readCheckpoint(run.files.best)
  const variables = restoreVariables(checkpoint, { module: model })
  try {
    const measured = await measure({ ...parts, model, variables, source: pictures.validation, signal })
    const { predictions, ...evaluation } = measured.evaluation
    const epoch = (checkpoint.progress.best?.epoch ?? 0) + 1
    const spent = { seconds, ...(peakBytes !== undefined && { peakBytes }) }
    await writeMetrics(run, { ...evaluation, epoch, epochs: settings.epochs, ...spent, skipped: skipped.list })
    const worst = await worstErrors(measured.source, predictions, settings)
    await writeReport(run, { title: `${settings.model} on ${settings.folder}`, evaluation, worst })
    skipped.summarise()
    stdout.write(
      `best top-1 ${percent(evaluation.top1)} (epoch ${epoch} of ${settings.epochs}), ${duration(seconds)}\n`,
    )
    if (peakBytes !== undefined) stdout.write(`peak memory of a step: ${bytes(peakBytes)}\n`)
    const { files } = run
    stdout.write(
      `model     ${files.best}\nreport    ${files.report}\nmetrics   ${files.metrics}\nlog       ${files.log}\n`,
    )
  } finally {
    disposeVariables(variables)
  }
}
