import type { Evaluation } from '../evaluate.ts'
import type { Metrics } from '../events.ts'
import { chart } from './chart.ts'
import { confusionSection } from './confusion.ts'
import { html, type Markup } from './markup.ts'
import { STYLE } from './style.ts'
import { type WorstError, worstSection } from './worst.ts'

/** What a report shows. Sections without content are left out. */
export interface ReportContent {
  readonly title: string
  /** How the run was started: plain JSON. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Training, from the `step` events: steps done, mean loss, learning rate. */
  readonly steps?: readonly { readonly step: number; readonly loss: number; readonly lr: number }[]
  /** From the `evaluation` events, with the steps done. */
  readonly evaluations?: readonly { readonly step: number; readonly metrics: Metrics }[]
  /** Bytes of all tensors when a step held most, from the `step-mode` event. */
  readonly peakBytes?: number
  /** The final result. */
  readonly evaluation?: Omit<Evaluation, 'predictions'>
  /** Pictures with the highest loss, worst first. */
  readonly worst?: readonly WorstError[]
}

/**
 * Draws a report as one HTML file that needs nothing else: no script, no request, pictures inside. It follows the
 * reader's light or dark scheme. All text is escaped.
 *
 * @returns the file's text
 * @throws `bad-option` when a picture is neither PNG bytes nor a data URL of a picture
 * @example
 * ```ts
 * import { renderReport } from '@clas/engine'
 * const steps = [{ step: 10, loss: 2.3, lr: 0.1 }, { step: 20, loss: 1.1, lr: 0.05 }]
 * console.log(renderReport({ title: 'digits', config: { epochs: 2 }, steps }).length)
 * ```
 */
export function renderReport(content: ReportContent): string {
  const { title, config, evaluation, worst = [] } = content
  const confusion = evaluation && {
    classes: evaluation.perClass.map(({ name }) => name),
    confusion: evaluation.confusion,
  }
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1>
${evaluation ? tiles(evaluation) : ''}
${curves(content)}
${evaluation ? classTable(evaluation) : ''}
${confusion ? confusionSection(confusion) : ''}
${worst.length > 0 ? worstSection(worst) : ''}
${config ? configTable(config) : ''}
</body></html>
`.text
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)}%`

function tiles({ top1, top5, loss, count }: Omit<Evaluation, 'predictions'>): Markup {
  const entries = [
    ['top-1', percent(top1)],
    ...(top5 === undefined ? [] : [['top-5', percent(top5)]]),
    ['loss', loss.toFixed(4)],
    ['pictures', String(count)],
  ]
  return html`<div class="tiles">${entries.map(([name = '', value = '']) => html`<div class="tile"><b>${value}</b><span>${name}</span></div>`)}</div>`
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

function curves({ steps = [], evaluations = [], peakBytes }: ReportContent): Markup {
  if (steps.length + evaluations.length === 0) return html``
  const evaluated = (name: string, value: (metrics: Metrics) => number | undefined) => ({
    name,
    marks: evaluations.length <= 60,
    points: evaluations.map(({ step, metrics }) => [step, value(metrics) ?? Number.NaN] as const),
  })
  return html`<section><h2>Training</h2><div class="charts">
${chart({
  title: 'Loss',
  x: 'steps',
  series: [
    { name: 'training', points: steps.map(({ step, loss }) => [step, loss] as const) },
    evaluated('evaluation', ({ loss }) => loss),
  ],
})}${chart({
  title: 'Accuracy',
  x: 'steps',
  format: (value) => `${Number((100 * value).toFixed(1))}%`,
  series: [evaluated('top-1', ({ top1 }) => top1), evaluated('top-5', ({ top5 }) => top5)],
})}${chart({
  title: 'Learning rate',
  x: 'steps',
  series: [{ name: 'learning rate', points: steps.map(({ step, lr }) => [step, lr] as const) }],
})}</div>${peakBytes === undefined ? '' : html`<p>Peak memory of a step: ${megabytes(peakBytes)}</p>`}</section>`
}

function classTable({ perClass }: Omit<Evaluation, 'predictions'>): Markup {
  return html`<section><h2>Classes</h2><div class="scroll tall"><table><thead><tr><th>class</th><th class="number">pictures</th>
<th class="number">recognised</th><th></th></tr></thead><tbody>
${perClass.map(
  ({
    name,
    count,
    accuracy,
  }) => html`<tr><td>${name}</td><td class="number">${count}</td><td class="number">${percent(accuracy)}</td>
<td><div class="meter"><i style="width:${(100 * accuracy).toFixed(1)}%"></i></div></td></tr>
`,
)}</tbody></table></div></section>`
}

function configTable(config: Readonly<Record<string, unknown>>): Markup {
  const rows = Object.entries(config).filter(([, value]) => value !== undefined)
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
  return html`<section><h2>Configuration</h2><table><tbody>
${rows.map(
  ([name, value]) => html`<tr><td>${name}</td><td><code>${text(value)}</code></td></tr>
`,
)}</tbody></table></section>`
}
