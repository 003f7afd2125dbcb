import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ClasError } from '@clas/core'
import type { OptionSpec } from './arguments.ts'

/** The option of the commands that make models. */
export const PLUGIN_OPTION: OptionSpec = {
  value: 'FILE',
  description: 'a module to import first, which registers models of your own; may be given more than once',
  multiple: true,
}

/**
 * Imports modules that register models or transforms under names of their own. Each runs once per process, however
 * often it is named.
 *
 * @returns the files' absolute paths
 * @throws `io` with the file and the reason when one can't be imported
 */
export async function importPlugins(files: readonly string[]): Promise<string[]> {
  const paths = files.map((file) => resolve(file))
  for (const path of paths) {
    try {
      await import(pathToFileURL(path).href)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ClasError('io', `the plugin ${path} can't be imported: ${reason}`, { file: path, reason }, { cause })
    }
  }
  return paths
}
