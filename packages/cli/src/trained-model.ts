import { stat } from 'node:fs/promises'
import type { Model } from '@clas/backbones'
import { disposeVariables, type Variables } from '@clas/core'
import { restoreVariables } from '@clas/engine'
import { openRun, readCheckpoint } from '@clas/engine/node'
import { useBackend } from '@clas/kernels'
import type { Arguments, OptionSpecs } from './arguments.ts'
import { importPlugins, PLUGIN_OPTION } from './plugins.ts'
import { buildModel } from './training/model.ts'
import { BACKENDS, type Settings, settingsOf } from './training/settings.ts'

/** The options of the commands that use a run. */
export const TRAINED_OPTIONS: OptionSpecs = {
  checkpoint: { value: 'best|last', description: 'which checkpoint; default: best, as far as there is one' },
  backend: { value: 'NAME', description: 'auto, wasm or cpu; default: as in training' },
  plugin: PLUGIN_OPTION,
}

/** A model with what it learned, and how pictures are made ready for it. */
export interface TrainedModel extends Disposable {
  readonly settings: Settings
  readonly model: Model
  readonly variables: Variables
  /** The checkpoint's file. */
  readonly file: string
}

/**
 * Opens the model of a run. The run's folder says everything; the modules that registered its model are imported.
 *
 * @param folder - the run's
 * @param args - with {@link TRAINED_OPTIONS}
 * @throws `run-missing`, `corrupt-file`, `class-mismatch`, `state-dict-mismatch`, `backend-unavailable`
 */
export async function openTrained(folder: string, args: Arguments): Promise<TrainedModel> {
  const wanted = args.choice('checkpoint', ['best', 'last'])
  const backend = args.choice('backend', BACKENDS)
  const run = await openRun(folder)
  const settings = settingsOf(run)
  await importPlugins([...settings.plugins, ...args.texts('plugin')])
  const model = buildModel(settings)
  await useBackend(backend ?? settings.backend)
  // A run that was interrupted in its first epoch has no best yet.
  const hasBest = await stat(run.files.best).then(
    () => true,
    () => false,
  )
  const file = run.files[wanted ?? (hasBest ? 'best' : 'last')]
  const variables = restoreVariables(await readCheckpoint(file), { module: model, classes: settings.classes })
  return { settings, model, variables, file, [Symbol.dispose]: () => disposeVariables(variables) }
}
