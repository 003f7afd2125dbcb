/** Text that is HTML already. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = Markup | string | number | readonly (Markup | string)[]

/**
 * HTML in which every value is escaped, unless it is {@link Markup} itself. Lists are put together.
 *
 * @example
 * ```ts
 * import { html, REPORT_STYLE } from '@clas/engine'
 * const names = ['a < b', 'c']
 * const page = html`<style>${REPORT_STYLE}</style><ul>${names.map((name) => html`<li>${name}</li>`)}</ul>`
 * console.log(page.text.endsWith('<ul><li>a &#60; b</li><li>c</li></ul>')) // true
 * ```
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(values[i - 1] as Value) + part))
}

function render(value: Value): string {
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(render).join('')
  return escapeText(String(value))
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
