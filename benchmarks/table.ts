import type { Report, Row } from './report.ts'
import { describe } from './versions.ts'

/** The whole report in Markdown, with columns aligned so that it reads on a terminal as well. */
export function markdown(report: Report): string {
  const { machine, versions, peaks, backends, skipped, warnings, rows, date } = report
  const sections = [
    `# Benchmarks, ${date.slice(0, 10)}`,
    [
      `${machine.cpu}, ${machine.cores} cores (${machine.vectorInstructions.join(' ') || 'vector instructions unknown'}), ` +
        `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.system}, Node ${machine.node} (V8 ${machine.v8}).`,
      `${describe(versions)}.`,
    ].join('\n'),
    Object.entries(backends)
      .map(([name, reason]) => `- ${name}: ${reason.join('; ')}`)
      .join('\n'),
    peakTable(peaks),
    kernelTables(rows),
    modelTables(rows, 'training step'),
    modelTables(rows, 'inference'),
    detailTable(rows.filter(({ work }) => work !== 'kernel')),
    list('Warnings', warnings),
    list('Not measured', skipped),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function peakTable(peaks: Report['peaks']): string {
  const body = peaks.map(({ threads, gigaflops, gigabytes, loop }) => {
    return [String(threads), `${gigaflops.toFixed(1)} (${loop})`, gigabytes.toFixed(1)]
  })
  return section('Peaks of this machine', '', ['threads', '128-bit vectors, GFLOP/s', 'copying, GB/s'], body)
}

/** A table for each number of threads: kernels down, engines across. */
function kernelTables(all: readonly Row[]): string {
  const rows = all.filter(({ work }) => work === 'kernel')
  return unique(rows.map(({ threads }) => threads))
    .map((threads) => {
      const here = rows.filter((row) => row.threads === threads)
      const engines = unique(here.map(({ engine }) => engine))
      const body = unique(here.map(({ name }) => name)).map((name) => {
        const ofName = here.filter((row) => row.name === name)
        return [name, ofName[0]?.rate?.unit ?? '', ...engines.map((engine) => rateCell(ofName, engine))]
      })
      const legend = 'Rate, share of the peak on as many threads, time relative to PyTorch (above 1: slower).'
      return section(`Kernels, ${countOf(threads)}`, legend, ['kernel', 'unit', ...engines], body)
    })
    .join('\n\n')
}

function rateCell(rows: readonly Row[], engine: string): string {
  const row = rows.find((each) => each.engine === engine)
  if (!row?.rate) return '–'
  const share = row.rate.shareOfPeak === undefined ? '' : ` ${(row.rate.shareOfPeak * 100).toFixed(0)} %`
  const ratio = row.toPyTorch === undefined ? '' : ` ${row.toPyTorch.toFixed(2)}`
  return `${row.rate.value.toFixed(1)}${share}${ratio}`
}

/** A table for each number of threads: engines down, models across. */
function modelTables(all: readonly Row[], work: Row['work']): string {
  const rows = all.filter((row) => row.work === work)
  return unique(rows.map(({ threads }) => threads))
    .map((threads) => {
      const here = rows.filter((row) => row.threads === threads)
      const names = unique(here.map(({ name }) => name))
      const body = unique(here.map(({ engine }) => engine)).map((engine) => {
        return [
          engine,
          ...names.map((name) => timeCell(here.find((row) => row.engine === engine && row.name === name))),
        ]
      })
      const title = `${work === 'inference' ? 'Inference' : 'Training steps'}, ${countOf(threads)}`
      const legend = 'Milliseconds, and time relative to the faster layout of PyTorch in float32 (above 1: slower).'
      return section(title, legend, ['', ...names], body)
    })
    .join('\n\n')
}

function timeCell(row: Row | undefined): string {
  if (!row) return '–'
  const ratio = row.toPyTorch === undefined ? '' : ` (${row.toPyTorch.toFixed(2)})`
  return `${row.milliseconds.median.toFixed(1)}${ratio}`
}

function detailTable(rows: readonly Row[]): string {
  const header = ['work', 'threads', 'engine', 'median ms', 'least', 'most', 'timings', 'GFLOP/s', 'of the peak']
  const body = rows.map(({ work, name, threads, engine, milliseconds, timings, rate, ...row }) => [
    `${work} ${name}`,
    String(threads),
    engine,
    ...[milliseconds.median, milliseconds.least, milliseconds.most].map((value) => value.toFixed(1)),
    String(timings.length),
    rate?.value.toFixed(1) ?? '–',
    rate?.shareOfPeak === undefined ? '–' : `${(rate.shareOfPeak * 100).toFixed(0)} %`,
    mebibytes(row.peakTensorBytes),
    mebibytes(row.residentBytes),
    row.cores.toFixed(2),
  ])
  return section('Whole models, in detail', '', [...header, 'tensors MiB', 'process MiB', 'cores'], body)
}

const mebibytes = (bytes: number | undefined): string => (bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(0))
const countOf = (threads: number): string => `${threads} thread${threads === 1 ? '' : 's'}`
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`
}

function section(
  title: string,
  legend: string,
  header: readonly string[],
  body: readonly (readonly string[])[],
): string {
  if (body.length === 0) return ''
  const widths = header.map((cell, i) => Math.max(3, cell.length, ...body.map((row) => row[i]?.length ?? 0)))
  const numeric = header.map((_, i) => i > 0 && body.every((row) => /^[–\d]/.test(row[i] ?? '')))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (numeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [`## ${title}`, '', ...(legend ? [legend, ''] : []), line(header), rule, ...body.map(line)].join('\n')
}
