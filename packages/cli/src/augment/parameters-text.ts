/** Longer lists are cut off. */
const MOST_ENTRIES = 8

/** Writes drawn parameters to be read: `left 3, top 5`. Nothing for null, which is drawn where nothing is random. */
export function parametersText(value: unknown): string {
  return value === null ? '' : text(value, true)
}

function text(value: unknown, outermost = false): string {
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(3)))
  if (typeof value !== 'object' || value === null) return value === null ? 'none' : String(value)
  if (Array.isArray(value)) {
    const parts = value.slice(0, MOST_ENTRIES).map((one) => text(one))
    const rest = value.length > MOST_ENTRIES ? `, … ${value.length} in all` : ''
    return `[${parts.join(', ')}${rest}]`
  }
  const { name, parameters } = value as { name?: unknown; parameters?: unknown }
  // What a step inside of a step drew.
  if (typeof name === 'string' && parameters !== undefined) {
    const inside = parametersText(parameters)
    return inside === '' ? name : `${name} (${inside})`
  }
  const told = Object.entries(value).map(([key, one]) => `${key} ${text(one)}`)
  return outermost ? told.join(', ') : `{ ${told.join(', ')} }`
}
