import { html, type Markup } from './markup.ts'

/** The most classes whose grid can still be read. */
const LARGEST_GRID = 50
const MOST_PAIRS = 12

/** What is taken for what. `confusion[label][predicted]` counts pictures. */
export interface ConfusionContent {
  readonly classes: readonly string[]
  readonly confusion: readonly (readonly number[])[]
}

/** The confusion matrix as a coloured grid, and the pairs that are confused most. Many classes have the pairs alone. */
export function confusionSection(content: ConfusionContent): Markup {
  const small = content.classes.length <= LARGEST_GRID
  return html`<section><h2>Confusion</h2>${small ? grid(content) : html``}${pairs(content)}</section>`
}

function grid({ classes, confusion }: ConfusionContent): Markup {
  const size = classes.length <= 12 ? 38 : classes.length <= 25 ? 24 : 14
  const font = size >= 24 ? 11 : 9
  const margin = 12 + Math.min(18, Math.max(...classes.map((name) => name.length))) * font * 0.62
  const side = margin + classes.length * size
  const middle = (i: number): number => margin + i * size + size / 2
  return html`<p>Rows are the true classes, columns the predicted ones; a cell is as strong as its share of the row.</p>
<div class="scroll"><svg class="confusion" width="${side + 2}" height="${side + 2}" viewBox="0 0 ${side + 2} ${side + 2}" font-size="${font}">
${classes.map(
  (name, i) => html`<text text-anchor="end" x="${margin - 6}" y="${middle(i) + 4}">${short(name)}</text>
<text text-anchor="start" transform="translate(${middle(i) + 4} ${margin - 6}) rotate(-90)">${short(name)}</text>
`,
)}
${confusion.flatMap((row, label) => cells(row, label, { classes, margin, size }))}
</svg></div>`
}

interface Geometry {
  readonly classes: readonly string[]
  readonly margin: number
  readonly size: number
}

function cells(row: readonly number[], label: number, { classes, margin, size }: Geometry): Markup[] {
  const total = Math.max(
    1,
    row.reduce((sum, count) => sum + count, 0),
  )
  return row.map((count, predicted) => {
    const x = margin + predicted * size
    const y = margin + label * size
    const share = count / total
    const kind = label === predicted ? 'right' : 'wrong'
    const number = count > 0 && size >= 38
    return html`<g><title>${classes[label] ?? ''} taken for ${classes[predicted] ?? ''}: ${count}</title>
<rect class="cell" x="${x}" y="${y}" width="${size - 1}" height="${size - 1}"/>${
      count > 0
        ? html`<rect class="${kind}" fill-opacity="${(0.12 + 0.88 * share).toFixed(3)}" x="${x}" y="${y}" width="${size - 1}" height="${size - 1}"/>`
        : html``
    }${
      number
        ? html`<text class="${share > 0.5 ? 'on' : ''}" text-anchor="middle" x="${x + size / 2}" y="${y + size / 2 + 4}">${count}</text>`
        : html``
    }</g>
`
  })
}

function pairs({ classes, confusion }: ConfusionContent): Markup {
  const worst = confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_PAIRS)
  if (worst.length === 0) return html`<p>No picture was taken for another class.</p>`
  return html`<table><thead><tr><th>class</th><th>taken for</th><th class="number">pictures</th></tr></thead><tbody>
${worst.map(
  ({ label, predicted, count }) =>
    html`<tr><td>${classes[label] ?? ''}</td><td>${classes[predicted] ?? ''}</td><td class="number">${count}</td></tr>
`,
)}</tbody></table>`
}

function short(name: string): string {
  return name.length > 18 ? `${name.slice(0, 17)}…` : name
}
