/** A heading, a line about the table, and the table; nothing where the table has no rows. */
export function section(
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
