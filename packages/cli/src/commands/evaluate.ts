import { resolve } from 'node:path'
import { createRng } from '@clas/core'
import type { Source } from '@clas/data'
import type { Evaluation } from '@clas/engine'
import type { Command } from '../command.ts'
import { percent } from '../format.ts'
import { SkippedPictures } from '../skipped-pictures.ts'
import { textTable } from '../table.ts'
import { openTrained, TRAINED_OPTIONS } from '../trained-model.ts'
import { startPool } from '../training/loaders.ts'
import { measure } from '../training/measure.ts'
import { openLabelled, openPictures, requireSamePictures } from '../training/pictures.ts'
import type { Settings } from '../training/settings.ts'
import { usageError } from '../usage-error.ts'

/** `clas evaluate`: how well a run recognises labelled pictures. */
export const evaluate: Command = {
  name: 'evaluate',
  summary: 'measure a trained model on labelled pictures',
  usage: ['RUN [FOLDER] [options]'],
  options: { ...TRAINED_OPTIONS, json: { description: 'print JSON instead of text' } },
  examples: ['clas evaluate runs/a', 'clas evaluate runs/a photos/new --checkpoint last --json'],
  async run(args, io) {
    const [folder, pictures, ...surplus] = args.positionals
    if (folder === undefined || surplus.length > 0) throw usageError('evaluate needs the folder of a run')
    using trained = await openTrained(folder, args)
    const { settings, model, variables, file } = trained
    const source =
      pictures === undefined ? await heldOut(settings) : await openLabelled(resolve(pictures), settings.classes)
    const skipped = new SkippedPictures(io.stderr)
    await using pool = await startPool(settings.threads)
    const parts = { settings, rng: createRng(settings.seed), pool, skipped }
    const measured = await measure({ ...parts, model, variables, source, signal: io.signal })
    const { predictions: _, ...evaluation } = measured.evaluation
    skipped.summarise()
    const where = { checkpoint: file, folder: pictures ?? settings.folder, skipped: skipped.list }
    io.stdout.write(
      args.has('json') ? `${JSON.stringify({ ...where, ...evaluation }, null, 2)}\n` : describe(evaluation),
    )
    return 0
  },
}

/** The pictures that the run kept for validation. */
async function heldOut(settings: Settings): Promise<Source> {
  const pictures = await openPictures(settings.folder, settings)
  requireSamePictures(settings, pictures)
  return pictures.validation
}

function describe({ count, loss, top1, top5, perClass }: Omit<Evaluation, 'predictions'>): string {
  const head = [
    `pictures  ${count}`,
    `loss      ${loss.toFixed(4)}`,
    `top-1     ${percent(top1)}`,
    ...(top5 === undefined ? [] : [`top-5     ${percent(top5)}`]),
  ]
  const table = textTable(
    [{ title: 'class' }, { title: 'pictures', align: 'right' }, { title: 'recognised', align: 'right' }],
    perClass.map(({ name, count: pictures, accuracy }) => [
      name,
      String(pictures),
      pictures > 0 ? percent(accuracy) : '',
    ]),
  )
  return `${head.join('\n')}\n\n${table}`
}
