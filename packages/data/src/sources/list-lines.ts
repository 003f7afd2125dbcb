import { ClasError } from '@clas/core'

/** One line of a list of pictures. */
export interface ListLine {
  /** Counted from 1. */
  readonly line: number
  readonly path: string
  readonly label: number | readonly number[]
  /** 1 where lines have none. */
  readonly weight: number
}

/** How the lines of a list are written. */
export interface ListFormat {
  /** What errors call the list. */
  readonly file: string
  readonly delimiter: string
  readonly multiLabel: boolean
  readonly weights: boolean
}

/**
 * Reads the lines of a list, without the empty ones.
 *
 * @param onBad - told of a line that can't be read; throws it unless told otherwise
 */
export function parseList(text: string, format: ListFormat, onBad: (error: ClasError) => void = rethrow): ListLine[] {
  const lines: ListLine[] = []
  text
    .replace(/^\uFEFF/, '') // editors put it before UTF-8
    .split(/\r?\n/)
    .forEach((content, i) => {
      if (content.trim() === '') return
      const parsed = parseLine(content, format)
      if (parsed) lines.push({ line: i + 1, ...parsed })
      else onBad(badLine(content, i + 1, format))
    })
  return lines
}

function parseLine(
  content: string,
  { delimiter, multiLabel, weights }: ListFormat,
): Omit<ListLine, 'line'> | undefined {
  const fields: string[] = []
  let rest = content
  for (let i = 0; i < (weights ? 2 : 1); i++) {
    const at = rest.lastIndexOf(delimiter)
    if (at < 1) return undefined
    fields.push(rest.slice(at + delimiter.length))
    rest = rest.slice(0, at)
  }
  const weight = weights ? parseWeight(fields[0] ?? '') : 1
  const label = (multiLabel ? parseRow : parseNumber)(fields.at(-1) ?? '')
  return weight === undefined || label === undefined ? undefined : { path: rest, label, weight }
}

const parseNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

const parseRow = (text: string): number[] | undefined =>
  /^[01](,[01])*$/.test(text) ? text.split(',').map(Number) : undefined

const parseWeight = (text: string): number | undefined =>
  /^\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined

function badLine(content: string, line: number, { file, delimiter, multiLabel, weights }: ListFormat): ClasError {
  const gap = delimiter === '\t' ? '<tab>' : delimiter
  const label = multiLabel ? 'with 0 or 1 per class and commas between them' : 'with a whole number as the label'
  return new ClasError(
    'corrupt-file',
    `${file}:${line}: expected path${gap}label${weights ? `${gap}weight` : ''} ${label}, found '${content}'`,
    { file, line, found: content },
  )
}

function rethrow(error: ClasError): never {
  throw error
}
