import { ClasError } from '@clas/core'
import { html, type Markup } from './markup.ts'

/** A picture that the model gets badly wrong. */
export interface WorstError {
  /** The bytes of a PNG file, or a data URL of a picture (`data:image/…;base64,…`). */
  readonly png: Uint8Array | string
  /** What messages call the picture. */
  readonly name: string
  /** Its class's name. */
  readonly label: string
  /** The name of the class it was taken for. */
  readonly predicted: string
  /** The probability of that class, in [0, 1]. */
  readonly probability: number
}

/** The worst errors as pictures. */
export function worstSection(worst: readonly WorstError[]): Markup {
  return html`<section><h2>Worst errors</h2><div class="worst">
${worst.map(
  ({
    png,
    name,
    label,
    predicted,
    probability,
  }) => html`<figure><img class="${isTiny(png) ? 'tiny' : ''}" alt="${name}" src="${dataUrl(png, name)}">
<figcaption>${label}, taken for <em>${predicted}</em> (${(100 * probability).toFixed(0)}%)<small>${name}</small></figcaption></figure>
`,
)}</div></section>`
}

function dataUrl(png: Uint8Array | string, name: string): string {
  if (typeof png !== 'string') return `data:image/png;base64,${base64(png)}`
  if (/^data:image\/[a-z+]+;base64,[A-Za-z0-9+/=]*$/.test(png)) return png
  throw new ClasError(
    'bad-option',
    `the picture of '${name}' must be PNG bytes or a data URL of a picture; a report makes no requests`,
    {
      name,
    },
  )
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

/** Whether single pixels should be seen as squares: the width in a PNG's header is under 100. */
function isTiny(png: Uint8Array | string): boolean {
  return typeof png !== 'string' && png.length > 24 && new DataView(png.buffer, png.byteOffset).getUint32(16) < 100
}
