import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { usageError } from '../usage-error.ts'

/**
 * Writes a plot as an SVG file, or as a page that shows it. The file's name says which.
 *
 * @returns the file's absolute path
 * @throws `usage` when the name ends in neither .svg nor .html
 */
export async function savePlot(file: string, svg: string): Promise<string> {
  const kind = extname(file).toLowerCase()
  if (kind !== '.svg' && kind !== '.html') throw usageError(`--plot must name an .svg or .html file, found '${file}'`)
  const path = resolve(file)
  await writeFile(path, kind === '.svg' ? svg : page(svg))
  return path
}

function page(svg: string): string {
  const title = /<title>(.*?)<\/title>/.exec(svg)?.[1] ?? 'clas'
  const style = 'body { margin: 0 auto; max-width: 1200px } circle:hover { stroke: #1f2937; stroke-width: 2 }'
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>${style}</style>
<body>
${svg}</body>
</html>
`
}
