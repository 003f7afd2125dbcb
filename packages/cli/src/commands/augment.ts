import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatTransform, type Image, type Recipe } from '@clas/augment'
import { createRng, type Rng } from '@clas/core'
import { type PreviewContent, previewPage, type Shot, type Strip } from '../augment/preview-page.ts'
import { type Picture, readPictures } from '../augment/read-pictures.ts'
import { MODES, readRecipe } from '../augment/read-recipe.ts'
import { mixedBatch, stagesOf } from '../augment/stages.ts'
import { visible } from '../augment/visible.ts'
import type { Command } from '../command.ts'
import { importPlugins, PLUGIN_OPTION } from '../plugins.ts'
import { usageError } from '../usage-error.ts'

/** `clas augment preview`: what augmentation does to one's own pictures. */
export const augment: Command = {
  name: 'augment',
  summary: 'write a page that shows each step of augmentation on your own pictures',
  usage: ['preview PICTURE... --config FILE --out PAGE [options]'],
  options: {
    config: {
      value: 'FILE',
      description: "YAML or JSON: a config of PaddleClas, its transform_ops, or clas's own { transforms }",
    },
    out: { value: 'PAGE', description: 'the .html file, which needs nothing else' },
    count: { value: 'N', description: 'how often each picture is drawn; default: 4' },
    seed: { value: 'N', description: 'of what is drawn; default: 0' },
    epoch: { value: 'N', description: 'of steps that follow the epoch, from 0; default: 0' },
    mode: {
      value: 'MODE',
      description: 'of a whole config: train, eval or infer; default: train, or the first of the others that there is',
    },
    plugin: PLUGIN_OPTION,
  },
  examples: [
    'clas augment preview photos/*.jpg --config recipe.json --out preview.html',
    'clas augment preview photo.jpg --config ResNet50.yaml --count 8 --seed 3 --out preview.html',
  ],
  async run(args, { stderr, signal }) {
    const [word, ...files] = args.positionals
    const config = args.text('config')
    const out = args.text('out')
    if (word !== 'preview')
      throw usageError(`augment has preview, found ${word === undefined ? 'nothing' : `'${word}'`}`)
    if (files.length === 0) throw usageError('augment preview needs one picture or more')
    if (config === undefined)
      throw usageError('augment preview needs --config FILE, which says what pictures go through')
    if (out === undefined) throw usageError('augment preview needs --out PAGE')
    const count = args.number('count', { least: 1, most: 100, whole: true }) ?? 4
    const seed = args.number('seed', { whole: true }) ?? 0
    const epoch = args.number('epoch', { least: 0, whole: true }) ?? 0
    const mode = args.choice('mode', MODES)
    await importPlugins(args.texts('plugin'))
    const recipe = await readRecipe(config, mode ? [mode] : ['train', 'eval', 'infer'])
    const pictures: Picture[] = []
    for await (const picture of readPictures(files)) {
      signal?.throwIfAborted()
      pictures.push(picture)
    }
    const sections = previewSections(recipe, pictures, { rng: createRng(seed), count, epoch })
    const facts = [
      ['config', config],
      ['seed', String(seed)],
      ['epoch', String(epoch)],
    ] as const
    const path = resolve(out)
    await writeFile(path, previewPage({ recipe: formatTransform(recipe), facts, sections }))
    stderr.write(`preview: ${path}\n`)
    return 0
  },
}

interface Draws {
  readonly rng: Rng
  readonly count: number
  readonly epoch: number
}

function previewSections(
  { transform, batchTransform }: Recipe,
  pictures: readonly Picture[],
  { rng, count, epoch }: Draws,
): PreviewContent['sections'] {
  const draws = Array.from({ length: count }, (_, i) => `draw ${i + 1}`)
  // For each draw, what the pictures are in the end.
  const ends: Image[][] = draws.map(() => [])
  const sections = pictures.map(({ file, name, image }) => ({
    title: file,
    original: {
      title: 'original',
      image: visible(image, []),
      parameters: null,
      note: `${image.width} × ${image.height}`,
    },
    strips: draws.map((title, draw): Strip => {
      const stages = stagesOf(transform, image, rng.fork('picture', name, 'draw', draw), epoch)
      ends[draw]?.push(stages.at(-1)?.result ?? image)
      return { title, shots: stages.map((stage) => ({ title: stage.name, ...stage })) }
    }),
  }))
  if (!batchTransform) return sections
  const strips = draws.map((title, draw): Strip => {
    const mixed = mixedBatch(batchTransform, ends[draw] ?? [], rng.fork('batch', draw), epoch)
    const shots = mixed.pictures.map(({ image, label }, i): Shot => {
      const note = label.flatMap((part, other) =>
        part > 0.005 ? [`${Math.round(100 * part)}% ${pictures[other]?.name}`] : [],
      )
      const parameters = i === 0 ? mixed.parameters : null
      return {
        title: pictures[i]?.name ?? '',
        image: visible(image, transform.steps),
        parameters,
        note: note.join(', '),
      }
    })
    return { title, shots }
  })
  return [...sections, { title: `All as one batch: ${batchTransform.name}`, strips }]
}
