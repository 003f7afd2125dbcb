import { isClasError } from '@clas/core'
import { Arguments, didYouMean, type OptionSpecs } from './arguments.ts'
import type { Command } from './command.ts'
import { augment } from './commands/augment.ts'
import { bench } from './commands/bench.ts'
import { datasets } from './commands/datasets.ts'
import { doctor } from './commands/doctor.ts'
import { evaluate } from './commands/evaluate.ts'
import { models } from './commands/models.ts'
import { predict } from './commands/predict.ts'
import { preprocess } from './commands/preprocess.ts'
import { train } from './commands/train.ts'
import { commandHelp, mainHelp } from './help.ts'
import { type CommandIo, INTERRUPTED } from './io.ts'
import { usageError } from './usage-error.ts'
import { readVersion } from './version.ts'

const COMMANDS: readonly Command[] = [train, evaluate, predict, preprocess, augment, datasets, models, bench, doctor]

/** The options of every command. */
const COMMON: OptionSpecs = {
  help: { description: 'show this' },
  debug: { description: 'show the stack of an error' },
}

/**
 * Runs a command line, as `clas` does. Never ends the process and never throws what a command throws: an error becomes
 * a line on `stderr` and an exit code.
 *
 * @param args - the words after `clas`
 * @param io - where text goes, and the signal that interrupts
 * @returns 0 done, 1 failed, 2 the command line is wrong, 130 interrupted
 * @example
 * ```ts
 * import { run } from '@clas/cli'
 * const code = await run(['models', 'PPLCNet*', '--sort', 'top1'], { stdout: process.stdout, stderr: process.stderr })
 * console.log(code) // 0
 * ```
 */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await dispatch(args, io)
  } catch (error) {
    if (io.signal?.aborted && error === io.signal.reason) {
      io.stderr.write('interrupted\n')
      return INTERRUPTED
    }
    return report(error, args, io)
  }
}

async function dispatch([word, ...rest]: readonly string[], io: CommandIo): Promise<number> {
  if (word === '--version' || word === '-v') {
    io.stdout.write(`${await readVersion()}\n`)
    return 0
  }
  if (word === undefined || word === '--help' || word === '-h' || (word === 'help' && rest.length === 0)) {
    io.stdout.write(mainHelp(COMMANDS))
    return word === undefined ? 2 : 0
  }
  const name = word === 'help' ? rest[0] : word
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (!command) {
    const known = COMMANDS.map((candidate) => candidate.name)
    const hint = didYouMean(name ?? '', known) || `; there are ${known.join(', ')}`
    throw usageError(`there is no command '${name}'${hint}`)
  }
  const options = { ...command.options, ...COMMON }
  if (word === 'help' || rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(commandHelp(command, options))
    return 0
  }
  io.signal?.throwIfAborted()
  return command.run(new Arguments(rest, options), io)
}

/** Tells an error. A stack is for errors that nobody foresaw, and for those who ask. */
function report(error: unknown, args: readonly string[], { stderr }: CommandIo): number {
  const debug = args.includes('--debug')
  if (!isClasError(error)) {
    stderr.write(`error ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }
  stderr.write(`error [${error.code}] ${error.message}\n`)
  if (debug) stderr.write(`${error.stack}\n${error.cause instanceof Error ? `cause: ${error.cause.stack}\n` : ''}`)
  const wrongUsage = error.code === 'usage' || error.code === 'unknown-name'
  if (wrongUsage && COMMANDS.some(({ name }) => name === args[0])) stderr.write(`see clas ${args[0]} --help\n`)
  else if (wrongUsage) stderr.write('see clas --help\n')
  return wrongUsage ? 2 : 1
}
