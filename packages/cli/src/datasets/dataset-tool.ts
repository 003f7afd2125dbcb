import type { Arguments, OptionSpecs } from '../arguments.ts'
import type { CommandIo } from '../io.ts'

/** One word after `clas datasets`. */
export interface DatasetTool {
  readonly name: string
  /** What may follow the name. */
  readonly usage: string
  readonly options: OptionSpecs
  readonly example: string
  /** Does the work on the words that follow the name, and returns the exit code. */
  run(inputs: readonly string[], args: Arguments, io: CommandIo): Promise<number>
}

/** How lists are read; for the tools that take them. */
export const LIST_OPTIONS: OptionSpecs = {
  root: { value: 'FOLDER', description: "the folder that a list's paths start from; default: the list's own" },
  delimiter: { value: 'TEXT', description: 'what stands between path and label in a list; default: a blank' },
  'multi-label': { description: 'lists have a row of 0 and 1 behind a tab, one per class' },
}

/** The options of every tool that looks for duplicates. */
export const DUPLICATE_OPTIONS: OptionSpecs = {
  distance: { value: 'BITS', description: 'in which hashes of the same picture may differ, 0 to 11; default: 8' },
  similarity: { value: 'X', description: 'the least correlation of the same picture, -1 to 1; default: 0.98' },
}

/** What `DUPLICATE_OPTIONS` say. */
export function duplicateOptions(args: Arguments): { distance?: number; similarity?: number } {
  const distance = args.number('distance', { least: 0, most: 11, whole: true })
  const similarity = args.number('similarity', { least: -1, most: 1 })
  return { ...(distance !== undefined && { distance }), ...(similarity !== undefined && { similarity }) }
}
