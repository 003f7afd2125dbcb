import { openRun, type Run, readCheckpoint, writeFileAtomic } from '@clas/engine/node'
import type { Arguments } from '../arguments.ts'
import type { CommandIo } from '../io.ts'
import { importPlugins } from '../plugins.ts'
import { usageError } from '../usage-error.ts'
import { announce } from './announce.ts'
import { buildModel } from './model.ts'
import { openPictures, requireSamePictures } from './pictures.ts'
import { runSession } from './session.ts'
import { BACKENDS, type Settings, settingsOf } from './settings.ts'

/** Goes on with a run, to the bit as if it had never stopped. More epochs stretch the schedule of the learning rate. */
export async function resumeRun(folder: string, args: Arguments, io: CommandIo): Promise<number> {
  const run = await openRun(folder)
  const before = settingsOf(run)
  await importPlugins([...before.plugins, ...args.texts('plugin')])
  const settings = changed(before, args)
  const checkpoint = await readCheckpoint(run.files.last)
  const model = buildModel(settings)
  const pictures = await openPictures(settings.folder, settings)
  requireSamePictures(settings, pictures)
  await announce(settings, model, io)
  const { epoch } = checkpoint.progress
  if (epoch >= settings.epochs) io.stderr.write(`all ${epoch} epochs are done; --epochs ${2 * epoch} would train on\n`)
  const current: Run = { ...run, config: { ...settings } }
  if (settings.epochs !== before.epochs) await writeConfig(current)
  return runSession({ run: current, settings, model, pictures, checkpoint }, io)
}

function changed(before: Settings, args: Arguments): Settings {
  const epochs = args.number('epochs', { least: 1, whole: true }) ?? before.epochs
  if (epochs < before.epochs) {
    throw usageError(`the run has ${before.epochs} epochs, --epochs can only be more, found ${epochs}`)
  }
  return {
    ...before,
    epochs,
    threads: args.number('threads', { least: 0, whole: true }) ?? before.threads,
    onCorrupt: args.choice('on-corrupt', ['error', 'skip']) ?? before.onCorrupt,
    backend: args.choice('backend', BACKENDS) ?? before.backend,
  }
}

async function writeConfig({ files, config }: Run): Promise<void> {
  await writeFileAtomic(files.config, `${JSON.stringify(config, null, 2)}\n`)
}
