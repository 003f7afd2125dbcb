import { type BackendName, useBackend } from '@clas/kernels'

/**
 * Runs a body on one backend after another and returns what it returned.
 *
 * @param names - of backends, in order; the last stays chosen
 */
export async function forEachBackend<R>(
  names: readonly BackendName[],
  body: (name: BackendName) => R | Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  for (const name of names) {
    await useBackend(name)
    results.push(await body(name))
  }
  return results
}
