import { ClasError } from '@clas/core'

/** One record of a CSV file. */
export interface CsvRecord {
  /** Where it begins, counted from 1. */
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * Reads CSV as RFC 4180 has it: fields in double quotes may hold delimiters, line breaks and doubled quotes. Lines end
 * in LF or CRLF; empty lines are left out.
 *
 * @param file - what errors call the text
 * @throws `corrupt-file` with file and line for a quote that isn't closed or stands inside a field
 */
export function parseCsv(text: string, file: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1

  const fail = (problem: string): never => {
    throw new ClasError('corrupt-file', `${file}:${line}: ${problem}`, { file, line, problem })
  }

  /** From behind the opening quote to behind the closing one. */
  const quoted = (): string => {
    let value = ''
    for (let from = at; ; from = at) {
      const quote = text.indexOf('"', from)
      if (quote < 0) fail('a field begins with a double quote that is never closed')
      value += text.slice(from, quote)
      at = quote + 1
      if (text[at] !== '"') return value
      value += '"'
      at++
    }
  }

  const plain = (): string => {
    const from = at
    while (at < text.length && text[at] !== '\n' && text[at] !== '\r' && !text.startsWith(delimiter, at)) at++
    const value = text.slice(from, at)
    if (value.includes('"')) fail(`found ${value}: a field with a double quote in it must be in double quotes`)
    return value
  }

  while (at < text.length) {
    const start = line
    const from = at
    const fields: string[] = []
    for (;;) {
      const isQuoted = text[at] === '"'
      if (isQuoted) at++
      const value = isQuoted ? quoted() : plain()
      fields.push(value)
      if (!text.startsWith(delimiter, at)) break
      at += delimiter.length
    }
    if (text.startsWith('\r\n', at)) at += 2
    else if (text[at] === '\n' || text[at] === '\r') at++
    else if (at < text.length) fail(`expected the delimiter or a new line after a closing quote, found '${text[at]}'`)
    if (fields.length > 1 || fields[0] !== '') records.push({ line: start, fields })
    line += text.slice(from, at).split('\n').length - 1
  }
  return records
}
