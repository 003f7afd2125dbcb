import type { Image } from '@clas/augment'
import { type ClasError, createRng, isClasError } from '@clas/core'
import { predict as probabilitiesOf, topK } from '@clas/engine'
import { tensor4d } from '@tensorflow/tfjs-core'
import type { Command } from '../command.ts'
import { percent } from '../format.ts'
import { readPicture } from '../read-picture.ts'
import { openTrained, TRAINED_OPTIONS, type TrainedModel } from '../trained-model.ts'
import { evaluationPipeline } from '../training/pipelines.ts'
import { usageError } from '../usage-error.ts'

/** What is said of one picture. */
type Answer =
  | { readonly file: string; readonly top: readonly { readonly class: string; readonly probability: number }[] }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } }

const BATCH_SIZE = 16

/** `clas predict`: what pictures show. */
export const predict: Command = {
  name: 'predict',
  summary: 'say what pictures show',
  usage: ['RUN PICTURE... [options]'],
  options: {
    top: { value: 'K', description: 'how many classes for each picture; default: 5' },
    ...TRAINED_OPTIONS,
    json: { description: 'print JSON instead of text' },
  },
  examples: ['clas predict runs/a photo.jpg', 'clas predict runs/a photos/*.jpg --top 1 --json'],
  async run(args, io) {
    const [folder, ...files] = args.positionals
    if (folder === undefined) throw usageError('predict needs the folder of a run, and pictures')
    if (files.length === 0) throw usageError('predict needs one picture or more after the folder of the run')
    const top = args.number('top', { least: 1, whole: true }) ?? 5
    using trained = await openTrained(folder, args)
    const answers: Answer[] = []
    for (let start = 0; start < files.length; start += BATCH_SIZE) {
      io.signal?.throwIfAborted()
      const batch = await answer(trained, files.slice(start, start + BATCH_SIZE), top)
      for (const one of batch) {
        if ('error' in one) io.stderr.write(`error [${one.error.code}] ${one.error.message}\n`)
        else if (!args.has('json')) io.stdout.write(describe(one.file, one.top))
      }
      answers.push(...batch)
    }
    if (args.has('json')) io.stdout.write(`${JSON.stringify(answers, null, 2)}\n`)
    return answers.some((one) => 'error' in one) ? 1 : 0
  },
}

async function answer(
  { settings, model, variables }: TrainedModel,
  files: readonly string[],
  k: number,
): Promise<Answer[]> {
  const { size, preprocessing, classes } = settings
  const pipeline = evaluationPipeline(size, preprocessing)
  const read = await Promise.all(files.map(pictureOrError))
  const images = read
    .filter((one): one is Image => !isClasError(one))
    .map((image) => pipeline.run(image, createRng(0)).image)
  const rows = images.length > 0 ? await rank(images) : []
  return read.map((one, i) => {
    const file = files[i] ?? ''
    if (isClasError(one)) return { file, error: { code: one.code, message: one.message } }
    const ranked = rows.shift() ?? []
    return {
      file,
      top: ranked.map(({ label, score }) => ({ class: classes[label] ?? String(label), probability: score })),
    }
  })

  async function rank(pictures: readonly Image[]) {
    const values = new Float32Array(pictures.length * size * size * 3)
    pictures.forEach(({ data }, i) => {
      values.set(data, i * size * size * 3)
    })
    const input = tensor4d(values, [pictures.length, size, size, 3])
    const probabilities = probabilitiesOf(model, variables, input)
    try {
      return await topK(probabilities, k)
    } finally {
      input.dispose()
      probabilities.dispose()
    }
  }
}

/** The picture, or why there is none: one bad file is no reason not to name the others. */
async function pictureOrError(file: string): Promise<Image | ClasError> {
  try {
    return await readPicture(file)
  } catch (error) {
    if (isClasError(error)) return error
    throw error
  }
}

function describe(file: string, top: readonly { readonly class: string; readonly probability: number }[]): string {
  const width = Math.max(...top.map((ranked) => ranked.class.length))
  const lines = top.map((ranked) => `  ${ranked.class.padEnd(width)}  ${percent(ranked.probability).padStart(7)}`)
  return `${[file, ...lines].join('\n')}\n`
}
