import { type Image, resizeImage } from '@clas/augment'
import { encodePng } from '@clas/data/node'
import { html, Markup, REPORT_STYLE } from '@clas/engine'
import { parametersText } from './parameters-text.ts'

/** A picture of 8 bits with what is told of it. */
export interface Shot {
  readonly title: string
  readonly image: Image & { readonly data: Uint8Array }
  /** What was drawn, or null where nothing was. */
  readonly parameters: unknown
  /** A line below. */
  readonly note: string
  /** Whether the step left the picture as it was. */
  readonly same?: boolean
}

/** One line of pictures. */
export interface Strip {
  readonly title: string
  readonly shots: readonly Shot[]
}

/** What a preview shows. */
export interface PreviewContent {
  /** What the pictures went through, as text. */
  readonly recipe: string
  /** Of the settings: name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly sections: readonly { readonly title: string; readonly original?: Shot; readonly strips: readonly Strip[] }[]
}

/** Larger pictures are made smaller, or the page would get too large. */
const LARGEST = 224
const SHOWN = 168

const STYLE = new Markup(`
body { max-width: none }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; overflow-x: auto;
  font: 13px/1.6 ui-monospace, Menlo, Consolas, monospace; margin: 0 }
.facts { color: var(--soft); display: flex; flex-wrap: wrap; gap: 4px 22px; margin-bottom: 16px }
.facts b { color: var(--text); font-weight: 500 }
.strip { display: flex; gap: 12px; overflow-x: auto; padding: 4px 0 12px; border-bottom: 1px solid var(--line) }
.strip:last-child { border-bottom: 0 }
.strip > h3 { flex: none; width: 74px; margin: 0; font-size: 13px; font-weight: 500; color: var(--soft); position: sticky;
  left: 0; background: var(--ground) }
.shot { flex: none; width: ${SHOWN}px; font-size: 13px }
.shot .frame { height: ${SHOWN}px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden }
.shot img { width: 100%; height: 100%; object-fit: contain }
.shot .tiny { image-rendering: pixelated }
.shot b { display: block; font-weight: 600; margin-top: 6px; overflow-wrap: anywhere }
.shot small { display: block; color: var(--soft) }
.shot code { display: block; font-size: 11.5px; line-height: 1.45; color: var(--soft); overflow-wrap: anywhere }
.same { opacity: 0.5 }
`)

/** Draws a preview as one HTML file that needs nothing else: no script, no request, pictures inside. */
export function previewPage({ recipe, facts, sections }: PreviewContent): string {
  const title = 'Augmentation preview'
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${REPORT_STYLE}${STYLE}</style></head><body>
<h1>${title}</h1>
<div class="facts">${facts.map(([name, value]) => html`<span>${name} <b>${value}</b></span>`)}</div>
<pre>${recipe}</pre>
${sections.map(
  (section) => html`<section><h2>${section.title}</h2>
${section.strips.map((strip) => drawn(strip, section.original))}</section>
`,
)}</body></html>
`.text
}

function drawn({ title, shots }: Strip, original: Shot | undefined): Markup {
  return html`<div class="strip"><h3>${title}</h3>${[...(original ? [original] : []), ...shots].map(figure)}</div>
`
}

function figure({ title, image, parameters, note, same = false }: Shot): Markup {
  const text = parametersText(parameters)
  const tiny = Math.max(image.width, image.height) < 100
  return html`<figure class="shot ${same ? 'same' : ''}"><div class="frame"><img class="${tiny ? 'tiny' : ''}" alt="${title}" src="${dataUrl(image)}"></div>
<b>${title}</b><small>${note}</small>${text === '' ? '' : html`<code>${text}</code>`}</figure>`
}

function dataUrl(image: Image & { readonly data: Uint8Array }): string {
  const largest = Math.max(image.width, image.height)
  const side = (value: number): number => Math.max(1, Math.round((value * LARGEST) / largest))
  const small =
    largest <= LARGEST
      ? image
      : resizeImage({ size: [side(image.width), side(image.height)], interpolation: 'area' }).apply(image, null)
  const png = encodePng({ ...small, data: Uint8Array.from(small.data) })
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
