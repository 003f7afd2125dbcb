import type { Arguments, OptionSpecs } from './arguments.ts'
import type { CommandIo } from './io.ts'

/** One word after `clas`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What may follow the name, one line for each way. */
  readonly usage: readonly string[]
  readonly options: OptionSpecs
  /** Lines that can be copied. */
  readonly examples: readonly string[]
  /** Does the work and returns the exit code. */
  run(args: Arguments, io: CommandIo): Promise<number>
}
