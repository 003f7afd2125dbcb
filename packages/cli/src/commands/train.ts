import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { PLUGIN_OPTION } from '../plugins.ts'
import { resumeRun } from '../training/resume-run.ts'
import { startRun } from '../training/start-run.ts'
import { usageError } from '../usage-error.ts'

/** The options that make sense for a run that is there already. */
const WHEN_RESUMED = ['resume', 'epochs', 'threads', 'on-corrupt', 'backend', 'plugin', 'debug']

/** `clas train`: a classifier from a folder of pictures. */
export const train: Command = {
  name: 'train',
  summary: 'train a classifier on a folder that has a folder of pictures per class',
  usage: ['FOLDER [options]', '--resume RUN [--epochs N]'],
  options: {
    model: { value: 'NAME', description: 'see clas models; default: MobileNetV3_small_x1_0' },
    size: {
      value: 'N',
      description: 'height and width that pictures are made into; default: as the model is published',
    },
    epochs: { value: 'N', description: 'times that each picture is seen; default: 20' },
    out: { value: 'RUN', description: 'the folder for all that the run leaves; default: runs/NAME' },
    'batch-size': { value: 'N', description: 'pictures per step; default: 64' },
    optimizer: { value: 'NAME', description: 'momentum or adamw; default: momentum' },
    lr: { value: 'RATE', description: 'highest learning rate; default: 0.1 (adamw: 0.001) per 64 pictures of a batch' },
    'weight-decay': { value: 'X', description: 'default: 4e-5 (adamw: 0.05)' },
    warmup: { value: 'EPOCHS', description: 'in which the rate rises; default: a tenth of all, at most 5' },
    smoothing: { value: 'X', description: 'label smoothing, 0 to 1; default: 0.1' },
    mixup: { value: 'ALPHA', description: 'mixes pictures in pairs, 0.2 for example; default: 0, not at all' },
    validation: {
      value: 'FRACTION',
      description: 'to measure with, where there are no folders train and validation, val or test; default: 0.2',
    },
    freeze: { value: 'PATHS', description: 'parts of the model that do not learn, separated by commas' },
    strides: {
      value: 'LIST',
      description: 'of the five stages, for small pictures: 1,1,2,2,2; not every model has it',
    },
    seed: { value: 'N', description: 'of all randomness; default: 0' },
    threads: { value: 'N', description: 'that decode pictures, 0 for the main thread; default: one less than cores' },
    'on-corrupt': { value: 'error|skip', description: 'what a broken picture is; default: skip' },
    backend: { value: 'NAME', description: 'auto, wasm or cpu; default: auto' },
    precision: {
      value: 'f32|bf16|f16',
      description: 'of convolutions and matrix products, lower on tensorflow only; default: f32',
    },
    plugin: PLUGIN_OPTION,
    resume: { value: 'RUN', description: 'go on with a run that was interrupted, or for more --epochs' },
  },
  examples: [
    'clas train photos --model PPLCNet_x1_0 --size 128 --epochs 30 --out runs/a',
    'clas train --resume runs/a',
    'clas train photos --model TinyNet --plugin ./tiny-net.js',
  ],
  async run(args, io) {
    const resumed = args.text('resume')
    if (resumed === undefined) return startRun(args, io)
    requireResumable(args)
    return resumeRun(resumed, args, io)
  },
}

function requireResumable(args: Arguments): void {
  if (args.positionals.length > 0) {
    throw usageError(`--resume takes the pictures from the run; leave out ${args.positionals.join(' ')}`)
  }
  const fixed = args.given.filter((name) => !WHEN_RESUMED.includes(name))
  if (fixed.length > 0) {
    throw usageError(`a run goes on as it began; leave out ${fixed.map((name) => `--${name}`).join(', ')}`)
  }
}
