import { didYouMean, type OptionSpecs } from '../arguments.ts'
import type { Command } from '../command.ts'
import { background } from '../datasets/background.ts'
import { balance } from '../datasets/balance.ts'
import { check } from '../datasets/check.ts'
import type { DatasetTool } from '../datasets/dataset-tool.ts'
import { pack } from '../datasets/pack.ts'
import { split } from '../datasets/split.ts'
import { stats } from '../datasets/stats.ts'
import { usageError } from '../usage-error.ts'

const TOOLS: readonly DatasetTool[] = [check, stats, split, balance, background, pack]

/** What the help says of options that several tools have. */
const SHARED: OptionSpecs = {
  out: { value: 'FOLDER', description: 'where lists, shards or copies go; nothing that is there is replaced' },
  page: { value: 'FILE', description: 'check, stats: write the result as a page with pictures' },
  smallest: { value: 'N', description: 'a side of fewer pixels is tiny; default: 32' },
  seed: { value: 'N', description: 'of what is drawn at random; default: 0' },
  json: { description: 'check, stats, background: print JSON instead of text' },
}

/** `clas datasets`: looks at sets of pictures and prepares them. Never changes a file that is there. */
export const datasets: Command = {
  name: 'datasets',
  summary: 'check, count, split, balance and pack pictures, and find a background class',
  usage: TOOLS.map(({ name, usage }) => `${name} ${usage}`),
  options: { ...Object.assign({}, ...TOOLS.map(({ options }) => options)), ...SHARED },
  examples: TOOLS.map(({ example }) => example),
  async run(args, io) {
    const [word, ...inputs] = args.positionals
    const names = TOOLS.map(({ name }) => name)
    const tool = TOOLS.find(({ name }) => name === word)
    if (!tool) {
      throw usageError(
        word === undefined
          ? `datasets has ${names.join(', ')}`
          : `datasets has no '${word}'${didYouMean(word, names) || `; it has ${names.join(', ')}`}`,
      )
    }
    const surplus = args.given.find((name) => !(name in tool.options) && name !== 'debug')
    if (surplus !== undefined) {
      const takes = Object.keys(tool.options).map((name) => `--${name}`)
      throw usageError(`datasets ${tool.name} has no option --${surplus}; it has ${takes.join(', ')}`)
    }
    return tool.run(inputs, args, io)
  },
}
