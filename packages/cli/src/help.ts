import type { OptionSpecs } from './arguments.ts'
import type { Command } from './command.ts'

/** The text of `clas --help`. */
export function mainHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'clas: train, evaluate and use an image classifier from a folder of pictures',
    '',
    'Usage: clas COMMAND [arguments] [options]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'clas COMMAND --help tells the options of a command; clas --version the version.',
    'Exit codes: 0 done, 1 failed, 2 the command line is wrong, 130 interrupted.',
    '',
  ].join('\n')
}

/** The text of `clas COMMAND --help`. */
export function commandHelp(command: Command, options: OptionSpecs): string {
  return [
    `clas ${command.name}: ${command.summary}`,
    '',
    'Usage:',
    ...command.usage.map((usage) => `  clas ${command.name} ${usage}`.trimEnd()),
    '',
    'Options:',
    ...optionLines(options),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

function optionLines(options: OptionSpecs): string[] {
  const heads = Object.entries(options).map(([name, { value }]) => `--${name}${value ? ` ${value}` : ''}`)
  const width = Math.max(...heads.map((head) => head.length))
  return Object.values(options).map(({ description }, i) => `  ${(heads[i] ?? '').padEnd(width)}  ${description}`)
}
