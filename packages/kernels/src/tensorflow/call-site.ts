import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds the packages of clas: packages/ in the repository, node_modules/@clas where they are installed. */
const CLAS = packagesFolder(fileURLToPath(import.meta.url))

/**
 * The place in the code of the caller, outside tfjs and clas: 'train.ts:12'. Where all is inside, the innermost place
 * outside of tfjs and this package.
 *
 * @param stack - of an error; default the one here
 */
export function callSite(stack: string = deepStack(), clas: string = CLAS): string {
  const places = stack.split('\n').flatMap((line) => placeOf(line) ?? [])
  const outsideTfjs = places.filter(({ file }) => !file.startsWith('node:') && !file.includes(`@tensorflow${sep}`))
  const isTest = (file: string): boolean => /\.test\.[cm]?[jt]s$/.test(file)
  const outside = outsideTfjs.find(({ file }) => isTest(file) || !file.startsWith(clas + sep))
  const place =
    outside ?? outsideTfjs.find(({ file }) => !file.startsWith(join(clas, 'kernels') + sep)) ?? outsideTfjs[0]
  return place ? `${place.file}:${place.line}` : 'an unknown place'
}

function deepStack(): string {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  try {
    return new Error().stack ?? ''
  } finally {
    Error.stackTraceLimit = before
  }
}

/** Of `at name (file:line:column)` and `at file:line:column`. */
function placeOf(line: string): { readonly file: string; readonly line: string } | undefined {
  const [, where, number] = /(?:\(|at (?:async )?)([^()]+):(\d+):\d+\)?$/.exec(line.trimEnd()) ?? []
  if (where === undefined || number === undefined) return undefined
  return { file: where.startsWith('file:') ? fileURLToPath(where) : where, line: number }
}

/** From `<packages>/kernels/src/…` or `<packages>/kernels/dist/…` to `<packages>`. */
function packagesFolder(file: string): string {
  let folder = dirname(file)
  while (!/[\\/](src|dist)$/.test(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return dirname(dirname(folder))
}
