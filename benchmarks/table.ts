import { countOf, OTHERS_TOLERANCE } from './compare.ts'
import type { Reference } from './engines.ts'
import { section } from './markdown-table.ts'
import type { Report, Row } from './report.ts'
import { describe } from './versions.ts'

/** The whole report in Markdown, with columns aligned so that it reads on a terminal as well. */
export function markdown(report: Report): string {
  const { machine, versions, peaks, backends, skipped, warnings, rows, date, minutes } = report
  const sections = [
    `# Benchmarks, ${date.slice(0, 10)}`,
    [
      `${machine.cpu}, ${machine.cores} cores (${machine.vectorInstructions.join(' ') || 'vector instructions unknown'}), ` +
        `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.system}, Node ${machine.node} (V8 ${machine.v8}).`,
      `${describe(versions)}.`,
      ...(minutes > 0 ? [`Taken in ${minutes} minutes.`] : []),
    ].join('\n'),
    peakTable(peaks),
    modelTables(rows, 'training step', 'Training steps'),
    modelTables(rows, 'inference', 'Inference'),
    kernelTables(rows, 'GFLOP/s', 'Kernels bound by arithmetic'),
    kernelTables(rows, 'GB/s', 'Kernels bound by memory'),
    detailTable(rows, 'training step', 'Training steps, in detail'),
    detailTable(rows, 'inference', 'Inference, in detail'),
    list(
      'Backends of clas',
      Object.entries(backends).map(([name, reason]) => `${name}: ${reason.join('; ')}`),
    ),
    list('Warnings', [...warnings, ...disturbances(rows)]),
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

/** A table for each number of threads: models down, engines across. */
function modelTables(all: readonly Row[], work: Row['work'], title: string): string {
  return eachThreads(all, work, (rows, threads) => {
    const reference = (['ONNX Runtime', 'PyTorch'] as const).find((name) => rows.some(({ ratios }) => ratios[name]))
    const columns = unique(rows.map(({ column }) => column))
    const body = unique(rows.map(({ name }) => name)).map((name) => {
      return [name, ...columns.map((column) => timeCell(fastest(rows, name, column), reference))]
    })
    const ratio = reference ? `; in brackets the time relative to ${reference}'s (above 1: slower)` : ''
    const layouts = columns.includes('PyTorch') ? ' PyTorch: the faster of its two layouts.' : ''
    const legend = `Median, in milliseconds${ratio}.${layouts}`
    return section(`${title}, ${countOf(threads)}`, legend, ['model', ...columns], body)
  })
}

function timeCell(row: Row | undefined, reference: Reference | undefined): string {
  if (!row) return '–'
  const ratio = reference && row.ratios[reference]
  return `${row.milliseconds.median.toFixed(1)}${ratio === undefined ? '' : ` (${ratio.toFixed(2)})`}`
}

/** A table for each number of threads: kernels down, engines across. */
function kernelTables(all: readonly Row[], unit: 'GFLOP/s' | 'GB/s', title: string): string {
  const ofUnit = all.filter(({ rate }) => rate?.unit === unit)
  return eachThreads(ofUnit, 'kernel', (rows, threads) => {
    const columns = unique(rows.map(({ column }) => column))
    const compared = columns.filter((column) => column !== 'PyTorch' && rows.some(({ ratios }) => ratios.PyTorch))
    const body = unique(rows.map(({ name }) => name)).map((name) => [
      name,
      ...columns.map((column) => rateCell(fastest(rows, name, column))),
      ...compared.map((column) => fastest(rows, name, column)?.ratios.PyTorch?.toFixed(2) ?? '–'),
    ])
    const peak = `${unit}; in brackets the share of the peak on as many threads.`
    const last = "The last columns: time relative to PyTorch's in the better layout (above 1: slower)."
    const legend = compared.length > 0 ? `${peak} ${last}` : peak
    const short = (column: string): string => column.replace(' eager', '')
    const header = ['kernel', ...columns.map(short), ...compared.map((column) => `${short(column)} : PyTorch`)]
    return section(`${title}, ${countOf(threads)}`, legend, header, body)
  })
}

function rateCell(row: Row | undefined): string {
  if (!row?.rate) return '–'
  const { value, shareOfPeak } = row.rate
  return `${value.toFixed(1)}${shareOfPeak === undefined ? '' : ` (${(shareOfPeak * 100).toFixed(0)} %)`}`
}

function detailTable(all: readonly Row[], work: Row['work'], title: string): string {
  const header = ['model', 'threads', 'engine', 'median ms', 'least', 'most', 'GFLOP/s', 'of the peak']
  const rows = all.filter((row) => row.work === work)
  const body = rows.map(({ name, threads, engine, milliseconds, rate, ...row }) => [
    name,
    String(threads),
    engine,
    ...[milliseconds.median, milliseconds.least, milliseconds.most].map((value) => value.toFixed(1)),
    rate?.value.toFixed(1) ?? '–',
    rate?.shareOfPeak === undefined ? '–' : `${(rate.shareOfPeak * 100).toFixed(0)} %`,
    mebibytes(row.peakTensorBytes),
    mebibytes(row.residentBytes),
    row.cores.toFixed(2),
    row.otherCores?.toFixed(2) ?? '–',
  ])
  return section(title, '', [...header, 'tensors MiB', 'process MiB', 'cores at work', 'of others'], body)
}

function eachThreads(
  all: readonly Row[],
  work: Row['work'],
  table: (rows: readonly Row[], threads: number) => string,
): string {
  const rows = all.filter((row) => row.work === work)
  return unique(rows.map(({ threads }) => threads))
    .map((threads) =>
      table(
        rows.filter((row) => row.threads === threads),
        threads,
      ),
    )
    .join('\n\n')
}

function fastest(rows: readonly Row[], name: string, column: string): Row | undefined {
  return rows
    .filter((row) => row.name === name && row.column === column)
    .reduce<Row | undefined>((best, row) => {
      return best && best.milliseconds.median <= row.milliseconds.median ? best : row
    }, undefined)
}

function disturbances(rows: readonly Row[]): readonly string[] {
  const disturbed = rows.filter(({ otherCores = 0 }) => otherCores > OTHERS_TOLERANCE)
  if (disturbed.length === 0) return []
  const most = Math.max(...disturbed.map(({ otherCores = 0 }) => otherCores)).toFixed(2)
  const many = `${disturbed.length} of ${rows.length} measurements were disturbed`
  return [`${many}: something else kept more than ${OTHERS_TOLERANCE} cores busy meanwhile, up to ${most}`]
}

const mebibytes = (bytes: number | undefined): string => (bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(0))
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`
}
