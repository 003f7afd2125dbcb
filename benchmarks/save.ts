import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from './report.ts'
import { markdown } from './table.ts'

/** Keys of folders of this machine, which say nothing to others. */
const FOLDERS = new Set(['out', 'tensorflowFolder'])

/** Writes what there is so far, bench.json and bench.md, where they are wanted; gives the Markdown back. */
export function save(report: Report): string {
  report.minutes = Math.round((Date.now() - Date.parse(report.date)) / 6000) / 10
  const text = markdown(report)
  const { out } = report.options
  if (out === undefined) return text
  mkdirSync(out, { recursive: true })
  const json = JSON.stringify(report, (key, value) => (FOLDERS.has(key) ? undefined : value), 2)
  writeWhole(join(out, 'bench.json'), `${json}\n`)
  writeWhole(join(out, 'bench.md'), text)
  return text
}

/** As a whole or not at all. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
