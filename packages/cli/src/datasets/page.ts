import { resolve } from 'node:path'
import { html, Markup, REPORT_STYLE } from '@clas/engine'
import { writeFileAtomic } from '@clas/engine/node'

const STYLE = new Markup(`
.groups { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 290px), 1fr)); column-gap: 24px; align-items: start }
.pictures { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; border-top: 1px solid var(--line); padding: 12px 0 }
.pictures > p { flex: 0 0 100%; margin: 0; color: var(--text); font-size: 14px }
.pictures figure { width: 132px; font-size: 12px; overflow-wrap: anywhere }
.pictures .frame { height: 132px; display: flex; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
.pictures img { margin: auto; max-width: 100%; max-height: 100% }
.pictures .tiny { image-rendering: pixelated; min-width: 50% }
.pictures .frame span { margin: auto; color: var(--soft) }
.pictures b { display: block; font-weight: 600; margin-top: 4px }
.pictures small { color: var(--soft) }
em { color: var(--wrong); font-style: normal }
.meter.wide { width: 320px }
.none { color: var(--right) }
`)

/** A large number with what it counts. */
export type Tile = readonly [name: string, value: string]

/** A picture with lines below it. */
export interface Figure {
  /** A data URL; undefined where the picture can't be shown. */
  readonly url: string | undefined
  readonly title: string
  readonly note: string
}

/** Writes a page that needs nothing else, and returns its absolute path. */
export async function writePage(
  file: string,
  title: string,
  tiles: readonly Tile[],
  sections: readonly Markup[],
): Promise<string> {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${REPORT_STYLE}${STYLE}</style></head><body>
<h1>${title}</h1>
<div class="tiles">${tiles.map(([name, value]) => html`<div class="tile"><b>${value}</b><span>${name}</span></div>`)}</div>
${sections}
</body></html>
`
  const path = resolve(file)
  await writeFileAtomic(path, page.text)
  return path
}

/** A row of pictures under a line of text. */
export function pictureRow(line: Markup | string, figures: readonly Figure[]): Markup {
  return html`<div class="pictures"><p>${line}</p>${figures.map(
    ({ url, title, note }) =>
      html`<figure><div class="frame">${
        url === undefined ? html`<span>can't be read</span>` : html`<img alt="${title}" src="${url}">`
      }</div><b>${title}</b><small>${note}</small></figure>`,
  )}</div>
`
}

/** A table of rows of text; the first column is to the left, the others are numbers. */
export function table(titles: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  const cell = (value: string | Markup, i: number): Markup =>
    i === 0 || value instanceof Markup ? html`<td>${value}</td>` : html`<td class="number">${value}</td>`
  return html`<div class="scroll tall"><table><thead><tr>${titles.map((title, i) =>
    i === 0 ? html`<th>${title}</th>` : html`<th class="number">${title}</th>`,
  )}</tr></thead><tbody>
${rows.map(
  (row) => html`<tr>${row.map(cell)}</tr>
`,
)}</tbody></table></div>`
}

/** A bar of a share in [0, 1]. */
export function bar(share: number): Markup {
  return html`<div class="meter wide"><i style="width:${(100 * share).toFixed(1)}%"></i></div>`
}
