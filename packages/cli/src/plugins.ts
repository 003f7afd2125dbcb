import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { batchTransforms, transforms } from '@clas/augment'
import { backbones } from '@clas/backbones'
import { ClasError } from '@clas/core'
import type { OptionSpec } from './arguments.ts'

/** The option of the commands that make models. */
export const PLUGIN_OPTION: OptionSpec = {
  value: 'FILE',
  description: 'a module to import first, which registers models of your own; may be given more than once',
  multiple: true,
}

/** Those of this process: what is registered once can't be registered again. */
const imported = new Set<string>()

/**
 * Imports modules that register models or transforms under names of their own. A module whose default export is a
 * function is given the registries of this program: its own import of `@clas/backbones` may be another copy.
 *
 * @returns the files' absolute paths
 * @throws `io` with the file and the reason when one can't be imported
 */
export async function importPlugins(files: readonly string[]): Promise<string[]> {
  const paths = files.map((file) => resolve(file))
  for (const path of paths) {
    if (imported.has(path)) continue
    try {
      const { default: register } = (await import(pathToFileURL(path).href)) as { default?: unknown }
      if (typeof register === 'function') await register({ backbones, transforms, batchTransforms })
      imported.add(path)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ClasError('io', `the plugin ${path} can't be imported: ${reason}`, { file: path, reason }, { cause })
    }
  }
  return paths
}
