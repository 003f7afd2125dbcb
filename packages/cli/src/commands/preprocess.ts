import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatTransform, type Image } from '@clas/augment'
import { createRng } from '@clas/core'
import { encodePng } from '@clas/data/node'
import { encodeNpy } from '../augment/npy.ts'
import { readPictures } from '../augment/read-pictures.ts'
import { MODES, readRecipe } from '../augment/read-recipe.ts'
import { visible } from '../augment/visible.ts'
import type { Command } from '../command.ts'
import { importPlugins, PLUGIN_OPTION } from '../plugins.ts'
import { usageError } from '../usage-error.ts'

/** `clas preprocess`: what the network would see. */
export const preprocess: Command = {
  name: 'preprocess',
  summary: 'write what the network would see of pictures, to compare pipelines',
  usage: ['PICTURE... --config FILE --out FOLDER [options]'],
  options: {
    config: {
      value: 'FILE',
      description: "YAML or JSON: a config of PaddleClas, its transform_ops, or clas's own { transforms }",
    },
    out: { value: 'FOLDER', description: 'for NAME.npy, float32 of height x width x channels, and NAME.png' },
    mode: {
      value: 'MODE',
      description: 'of a whole config: infer, eval or train; default: infer, or eval where there is none',
    },
    seed: { value: 'N', description: 'of random steps; default: 0' },
    epoch: { value: 'N', description: 'of steps that follow the epoch, from 0; default: 0' },
    plugin: PLUGIN_OPTION,
  },
  examples: [
    'clas preprocess photo.jpg --config ResNet50.yaml --out seen',
    'clas preprocess photos/*.jpg --config ResNet50.yaml --mode train --seed 7 --out seen',
  ],
  async run(args, { stdout, stderr, signal }) {
    const config = args.text('config')
    const out = args.text('out')
    if (args.positionals.length === 0) throw usageError('preprocess needs one picture or more')
    if (config === undefined) throw usageError('preprocess needs --config FILE, which says what pictures go through')
    if (out === undefined) throw usageError('preprocess needs --out FOLDER')
    const rng = createRng(args.number('seed', { whole: true }) ?? 0)
    const epoch = args.number('epoch', { least: 0, whole: true }) ?? 0
    const mode = args.choice('mode', MODES)
    await importPlugins(args.texts('plugin'))
    const { transform, batchTransform } = await readRecipe(config, mode ? [mode] : ['infer', 'eval'])
    stdout.write(formatTransform(transform))
    if (batchTransform) stderr.write('the steps for batches are left out: each picture is written by itself\n')
    await mkdir(out, { recursive: true })
    for await (const { file, name, image } of readPictures(args.positionals)) {
      signal?.throwIfAborted()
      const { image: seen } = transform.run(image, rng.fork('picture', name), epoch)
      const path = join(out, name)
      const { width, height, channels } = seen
      await writeFile(`${path}.npy`, encodeNpy(Float32Array.from(seen.data), [height, width, channels]))
      await writeFile(`${path}.png`, encodePng(visible(seen, transform.steps)))
      stdout.write(`${path}.npy  ${height}x${width}x${channels}, ${valuesOf(seen)}, of ${file}\n`)
    }
    return 0
  },
}

function valuesOf({ data }: Image): string {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let sum = 0
  for (const value of data) {
    low = Math.min(low, value)
    high = Math.max(high, value)
    sum += value
  }
  return `${low.toFixed(3)} to ${high.toFixed(3)}, mean ${(sum / data.length).toFixed(3)}`
}
