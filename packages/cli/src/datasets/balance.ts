import { resolve } from 'node:path'
import { createRng } from '@clas/core'
import { balanceClasses, countClasses, writeLists } from '@clas/data/node'
import { parseNumber } from '../arguments.ts'
import { textTable } from '../table.ts'
import { usageError } from '../usage-error.ts'
import { type DatasetTool, LIST_OPTIONS } from './dataset-tool.ts'
import { openWhole } from './open-parts.ts'

/** `clas datasets balance`: a list in which every class comes equally often. */
export const balance: DatasetTool = {
  name: 'balance',
  usage: 'FOLDER | LIST --out FOLDER [--per-class N]',
  options: {
    ...LIST_OPTIONS,
    out: { value: 'FOLDER', description: 'where the lists go: balanced_list.txt and label_list.txt' },
    'per-class': { value: 'N', description: 'largest (default), smallest, or how often each class comes' },
    seed: { value: 'N', description: 'of what is drawn; default: 0' },
  },
  example: 'clas datasets balance lists/train_list.txt --root photos --out balanced',
  async run(inputs, args, { stdout }) {
    const { source, root } = await openWhole(inputs, args)
    const out = args.text('out')
    if (out === undefined) throw usageError('balance needs --out FOLDER')
    const wanted = args.text('per-class') ?? 'largest'
    const isWord = wanted === 'largest' || wanted === 'smallest'
    const perClass = isWord ? wanted : parseNumber('--per-class', wanted, { least: 1, whole: true })
    const balanced = balanceClasses(source, { perClass, rng: createRng(args.number('seed', { whole: true }) ?? 0) })
    const delimiter = args.text('delimiter')
    const options = { folder: resolve(out), root, ...(delimiter !== undefined && { delimiter }) }
    const { balanced: path } = await writeLists({ balanced }, options)
    const after = countClasses(balanced)
    stdout.write(
      textTable(
        [{ title: 'class' }, { title: 'pictures', align: 'right' }, { title: 'lines', align: 'right' }],
        countClasses(source).map(({ name, pictures }, i) => [name, String(pictures), String(after[i]?.pictures ?? 0)]),
      ),
    )
    stdout.write(`${path}: ${balanced.length} lines, to learn from; measure with pictures as they are\n`)
    return 0
  },
}
