import { resolve } from 'node:path'
import { createRng } from '@clas/core'
import { packShards } from '@clas/data/node'
import { parseNumber } from '../arguments.ts'
import { bytes } from '../format.ts'
import { usageError } from '../usage-error.ts'
import { type DatasetTool, LIST_OPTIONS } from './dataset-tool.ts'
import { openParts } from './open-parts.ts'

/** `clas datasets pack`: tar shards in WebDataset's form. */
export const pack: DatasetTool = {
  name: 'pack',
  usage: 'FOLDER | LIST... --out FOLDER [options]',
  options: {
    ...LIST_OPTIONS,
    out: { value: 'FOLDER', description: 'where the shards go: train-000000.tar, …, train-index.json' },
    'shard-size': { value: 'SIZE', description: 'when a shard is closed: 256M (default), 1G' },
    seed: { value: 'N', description: 'of the random order of the pictures; default: 0' },
    'keep-order': { description: 'keep the order of the pictures' },
  },
  example: 'clas datasets pack photos --out shards --shard-size 100M',
  async run(inputs, args, { stdout, signal }) {
    const { parts } = await openParts(inputs, args)
    const out = args.text('out')
    if (out === undefined) throw usageError('pack needs --out FOLDER')
    const shardBytes = size(args.text('shard-size') ?? '256M')
    const rng = createRng(args.number('seed', { whole: true }) ?? 0)
    for (const [prefix, source] of Object.entries(parts)) {
      const packed = await packShards(source, {
        ...{ folder: resolve(out), prefix, shardBytes },
        ...(!args.has('keep-order') && { rng: rng.fork(prefix) }),
        ...(signal && { signal }),
      })
      const { shards, index, pictures } = packed
      stdout.write(`${prefix}: ${pictures} pictures, ${bytes(packed.bytes)}, in ${shards.length} shards; ${index}\n`)
    }
    return 0
  },
}

/** A number of bytes with an ending: 256M is 256 million. */
function size(text: string): number {
  const factor = { K: 1e3, M: 1e6, G: 1e9 }[text.slice(-1).toUpperCase()]
  return parseNumber('--shard-size', factor ? text.slice(0, -1) : text, { least: 0 }) * (factor ?? 1)
}
