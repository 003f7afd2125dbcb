import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { backbones } from '@clas/backbones'
import { createRun } from '@clas/engine/node'
import { type Arguments, parseNumber } from '../arguments.ts'
import type { CommandIo } from '../io.ts'
import { importPlugins } from '../plugins.ts'
import { usageError } from '../usage-error.ts'
import { readVersion } from '../version.ts'
import { announce } from './announce.ts'
import { buildModel } from './model.ts'
import { openPictures } from './pictures.ts'
import { preprocessingFor } from './pipelines.ts'
import { defaultLr, defaultWarmup, defaultWeightDecay } from './recipe.ts'
import { runSession } from './session.ts'
import { BACKENDS, PRECISIONS, type Settings } from './settings.ts'

/** What is known before the pictures and the model are opened. */
type Wishes = Omit<Settings, 'classes' | 'pictures' | 'preprocessing' | 'version' | 'plugins'>

/** Begins a run. Nothing is written before everything is checked. */
export async function startRun(args: Arguments, io: CommandIo): Promise<number> {
  const [folder, ...surplus] = args.positionals
  if (folder === undefined) throw usageError('train needs a folder of pictures, or --resume with the folder of a run')
  if (surplus.length > 0) throw usageError(`train takes one folder, found also ${surplus.join(' ')}`)
  const plugins = await importPlugins(args.texts('plugin'))
  const wishes = wishesOf(resolve(folder), args)
  const out = args.text('out') ?? join('runs', wishes.model)
  const pictures = await openPictures(wishes.folder, wishes)
  const { classes } = pictures.training
  const model = buildModel({ ...wishes, classes })
  const settings: Settings = {
    version: await readVersion(),
    ...wishes,
    pictures: { training: pictures.training.length, validation: pictures.validation.length },
    classes,
    preprocessing: preprocessingFor(model, wishes.size),
    plugins,
  }
  await announce(settings, model, io)
  const run = await createRun(out, { ...settings })
  return runSession({ run, settings, model, pictures }, io)
}

function wishesOf(folder: string, args: Arguments): Wishes {
  const model = args.text('model') ?? 'MobileNetV3_small_x1_0'
  const { inputSize } = backbones.get(model).facts
  const optimizer = args.choice('optimizer', ['momentum', 'adamw']) ?? 'momentum'
  const whole = { least: 1, whole: true }
  const epochs = args.number('epochs', whole) ?? 20
  const batchSize = args.number('batch-size', whole) ?? 64
  const strides = args.list('strides').map((part) => parseNumber('--strides', part, { ...whole, most: 4 }))
  if (strides.length > 0 && strides.length !== 5) {
    throw usageError(`--strides has five numbers, one per stage, found ${strides.length}`)
  }
  return {
    folder,
    model,
    ...(strides.length > 0 && { strides }),
    size: args.number('size', whole) ?? inputSize,
    epochs,
    batchSize,
    optimizer,
    lr: args.number('lr', { least: 0 }) ?? defaultLr(optimizer, batchSize),
    warmup: args.number('warmup', { least: 0, most: epochs }) ?? defaultWarmup(epochs),
    weightDecay: args.number('weight-decay', { least: 0 }) ?? defaultWeightDecay(optimizer),
    smoothing: args.number('smoothing', { least: 0, most: 0.999 }) ?? 0.1,
    mixup: args.number('mixup', { least: 0 }) ?? 0,
    validation: args.number('validation', { least: 0.001, most: 0.999 }) ?? 0.2,
    seed: args.number('seed', { whole: true }) ?? 0,
    threads: args.number('threads', { least: 0, whole: true }) ?? defaultThreads(),
    onCorrupt: args.choice('on-corrupt', ['error', 'skip']) ?? 'skip',
    backend: args.choice('backend', BACKENDS) ?? 'auto',
    precision: args.choice('precision', PRECISIONS) ?? 'f32',
    freeze: args.list('freeze'),
  }
}

/** Training itself keeps one core. */
function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1)
}
