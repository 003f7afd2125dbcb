import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ClasError } from '@clas/core'
import { fileError, writeFileAtomic } from './atomic.ts'

/** How a run was started: plain JSON, whatever the program wants to find again. */
export type RunConfig = Readonly<Record<string, unknown>>

/** A folder with all that a training run leaves. */
export interface Run {
  readonly folder: string
  readonly config: RunConfig
  /** Paths of the files. Only `config` is there from the beginning. */
  readonly files: {
    /** `config.json` */
    readonly config: string
    /** `log.jsonl`: one event per line. */
    readonly log: string
    /** `checkpoints/last.safetensors` */
    readonly last: string
    /** `checkpoints/best.safetensors`: the best top-1. */
    readonly best: string
    /** `metrics.json`: the final evaluation. */
    readonly metrics: string
    /** `report.html` */
    readonly report: string
  }
}

/**
 * Makes the folder of a new run and writes its config.
 *
 * @throws `run-exists` when the folder has anything in it; `disk-full`, `io`
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * console.log(run.files.last)
 * ```
 */
export async function createRun(folder: string, config: RunConfig): Promise<Run> {
  const entries = await entriesOf(folder)
  if (entries && entries.length > 0) {
    throw new ClasError(
      'run-exists',
      `${folder} is not empty: choose another --out, or go on with what is there by --resume`,
      {
        folder,
      },
    )
  }
  const run = describe(folder, config)
  try {
    await mkdir(join(folder, 'checkpoints'), { recursive: true })
  } catch (error) {
    throw fileError(error, folder, 0)
  }
  await writeFileAtomic(run.files.config, `${JSON.stringify(config, null, 2)}\n`)
  return run
}

/**
 * Finds the run in a folder.
 *
 * @throws `run-missing` when there is no config or no checkpoint, `corrupt-file` when the config is not JSON
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, openRun } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * await openRun(run.folder).catch((error) => console.log(error.code)) // run-missing: no checkpoint yet
 * ```
 */
export async function openRun(folder: string): Promise<Run> {
  const { files } = describe(folder, {})
  const missing = async (file: string): Promise<boolean> => !(await stat(file).catch(() => undefined))?.isFile()
  if (await missing(files.config)) {
    throw new ClasError(
      'run-missing',
      `there is no run in ${folder}: config.json is missing; check the folder, or start a run with --out`,
      {
        folder,
        missing: 'config.json',
      },
    )
  }
  if (await missing(files.last)) {
    throw new ClasError(
      'run-missing',
      `the run in ${folder} ended before its first checkpoint: checkpoints/last.safetensors is missing; remove the folder and start again`,
      { folder, missing: 'checkpoints/last.safetensors' },
    )
  }
  await removeLeftovers(folder)
  return describe(folder, await readConfig(files.config))
}

/**
 * Writes `metrics.json`. The metrics are plain JSON.
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, writeMetrics } from '@clas/engine/node'
 * const run = await createRun(await mkdtemp(join(tmpdir(), 'run-')), { epochs: 3 })
 * await writeMetrics(run, { top1: 0.93 })
 * ```
 */
export async function writeMetrics(run: Run, metrics: object): Promise<void> {
  await writeFileAtomic(run.files.metrics, `${JSON.stringify(metrics, null, 2)}\n`)
}

function describe(folder: string, config: RunConfig): Run {
  return {
    folder,
    config,
    files: {
      config: join(folder, 'config.json'),
      log: join(folder, 'log.jsonl'),
      last: join(folder, 'checkpoints', 'last.safetensors'),
      best: join(folder, 'checkpoints', 'best.safetensors'),
      metrics: join(folder, 'metrics.json'),
      report: join(folder, 'report.html'),
    },
  }
}

async function readConfig(file: string): Promise<RunConfig> {
  const text = await readFile(file, 'utf8')
  try {
    const config: unknown = JSON.parse(text)
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config as RunConfig
  } catch {
    // Told below.
  }
  throw new ClasError('corrupt-file', `${file} is not a JSON object; it was changed by hand or cut off`, { file })
}

/** Temporary files of a process that was killed while it wrote. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const inside of [folder, join(folder, 'checkpoints')]) {
    const names = (await entriesOf(inside)) ?? []
    const left = names.filter((name) => name.startsWith('.') && name.endsWith('.tmp'))
    for (const name of left) await unlink(join(inside, name)).catch(() => undefined)
  }
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR') throw new ClasError('run-exists', `${folder} is a file: choose another --out`, { folder })
    throw new ClasError('io', `${folder} can't be read: ${code}`, { folder, code }, { cause: error })
  }
}
