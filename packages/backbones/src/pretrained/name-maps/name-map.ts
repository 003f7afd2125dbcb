import type { StateDict } from '@clas/core'
import type { Model } from '../../model.ts'

/** How the keys of another library's state dict become clas's. */
export interface NameMap {
  /** The models whose architectures are the same there. */
  readonly models: RegExp
  /**
   * A key that the library's files of these models have, and clas's, PaddlePaddle's and other libraries' lack; or what
   * tells whether a file is the library's.
   */
  readonly sign: string | ((stateDict: StateDict) => boolean)
  /** Options that the model must have been made with to be the library's; default none. */
  readonly settings?: NonNullable<Model['settings']>
  /** The new name of a key; that of a statistic of BatchNorm still with `running_mean` or `running_var`. */
  readonly rename: (key: string, places: Places) => string
}

/**
 * Where a block lies in one row of the blocks of all stages. Blocks have keys such as `layer1.0.conv1.weight` or
 * `blocks.1.0.bn1.weight`.
 *
 * @param stage - what is before the block's number: `layer1`, `blocks.1`
 * @param block - its number in the stage
 */
export type Places = (stage: string, block: number) => number

/** The places of blocks by the keys of a file. Stages are in the order of their names. */
export function placesOf(keys: readonly string[]): Places {
  const blocks = new Set(keys.flatMap((key) => /^\w+(\.\d+)?\.\d+(?=\.)/.exec(key)?.[0] ?? []))
  return (stage, block) => {
    const before = [...blocks].filter((name) => {
      const own = name.replace(/\.\d+$/, '')
      return own.replace(/\d+$/, '') === stage.replace(/\d+$/, '') && own < stage
    })
    return before.length + block
  }
}

/** Replacements that are made one after another: a text, or what makes it of the match and its groups. */
export type Rules = readonly (readonly [pattern: RegExp, replacement: string | ((...groups: string[]) => string)])[]

/** A renaming by rules alone. */
export function byRules(rules: Rules): (key: string) => string {
  return (key) => rules.reduce((name, [pattern, by]) => name.replace(pattern, by as string), key)
}
