/**
 * The place in the code of the caller, outside tfjs and clas: 'train.ts:12'. Where all is inside, the first place outside
 * tfjs. Runs in browsers too.
 *
 * @param stack - of an error; default the one here
 * @param clas - the folder of the packages of clas, with the separator at its end
 */
export function callSite(stack: string = deepStack(), clas: string = CLAS): string {
  const places = stack.split('\n').flatMap((line) => placeOf(line) ?? [])
  const outsideTfjs = places.filter(({ file }) => !/^node:|@tensorflow[\\/]/.test(file))
  const isTest = (file: string): boolean => /\.test\.[cm]?[jt]s$/.test(file)
  const outside = outsideTfjs.find(({ file }) => isTest(file) || !file.startsWith(clas))
  const place = outside ?? outsideTfjs.find(({ file }) => !file.startsWith(`${clas}kernels`)) ?? outsideTfjs[0]
  return place ? `${place.file}:${place.line}` : 'an unknown place'
}

/** The folder of the packages of clas: what is in front of kernels/src/ or kernels/dist/ in the name of this file. */
const CLAS = pathOf(import.meta.url).replace(/kernels[\\/](src|dist)[\\/].*$/, '')

function deepStack(): string {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  try {
    return new Error().stack ?? ''
  } finally {
    Error.stackTraceLimit = before
  }
}

/** Of `at name (file:line:column)`, `at file:line:column`, and in other browsers `name@file:line:column`. */
const FRAMES = [/\((.+):(\d+):\d+\)$/, /^\s*at (?:async )?(.+):(\d+):\d+$/, /^[^@]*@(.+):(\d+):\d+$/]

function placeOf(line: string): { readonly file: string; readonly line: string } | undefined {
  for (const frame of FRAMES) {
    const [, where, number] = frame.exec(line.trimEnd()) ?? []
    if (where !== undefined && number !== undefined) return { file: pathOf(where), line: number }
  }
  return undefined
}

function pathOf(where: string): string {
  return where.startsWith('file:') ? decodeURIComponent(new URL(where).pathname) : where
}
