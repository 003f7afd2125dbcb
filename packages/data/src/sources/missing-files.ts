import { stat } from 'node:fs/promises'
import { ClasError } from '@clas/core'

/** The indices of the files that aren't there. */
export async function missingFiles(paths: readonly string[]): Promise<number[]> {
  const missing: number[] = []
  for (let from = 0; from < paths.length; from += 256) {
    const chunk = paths.slice(from, from + 256)
    const present = await Promise.all(
      chunk.map((path) =>
        stat(path).then(
          (entry) => entry.isFile(),
          () => false,
        ),
      ),
    )
    present.forEach((there, i) => {
      if (!there) missing.push(from + i)
    })
  }
  return missing
}

/**
 * Throws one `io` error for all files that aren't there; its message has the first five.
 *
 * @param place - says where the path at an index stands
 */
export async function checkFiles(paths: readonly string[], place: (index: number) => string): Promise<void> {
  const missing = await missingFiles(paths)
  if (missing.length === 0) return
  const shown = missing.slice(0, 5).map((index) => `${paths[index]} (${place(index)})`)
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : ''
  throw new ClasError(
    'io',
    `${missing.length} of ${paths.length} pictures are missing: ${shown.join(', ')}${more}; check the list's paths and the root`,
    { missing: missing.map((index) => paths[index]) },
  )
}
