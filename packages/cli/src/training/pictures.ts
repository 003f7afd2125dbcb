import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClasError, createRng, isClasError } from '@clas/core'
import { type Source, split } from '@clas/data'
import { imageFolder } from '@clas/data/node'
import type { Settings } from './settings.ts'

/** The pictures to learn from and those to measure with. */
export interface Pictures {
  readonly training: Source
  readonly validation: Source
}

/** How to part the pictures of a folder. */
export interface PartOptions {
  /** The part that is kept for validation, in (0, 1), where the folder itself isn't parted. */
  readonly validation: number
  readonly seed: number
}

/** Names of the folder to measure with, beside a folder `train`. */
const VALIDATION_FOLDERS = ['validation', 'val', 'test'] as const

/**
 * Opens a folder with a folder per class, or with such folders in `train` and in `validation`, `val` or `test`. A
 * folder that isn't parted is split at random, each class by the same fraction; the seed decides.
 *
 * @throws `io` when there is no such folder, `empty-class`, `no-images`, `class-mismatch` when there is one class only
 *   or the parts differ in their classes
 */
export async function openPictures(folder: string, { validation, seed }: PartOptions): Promise<Pictures> {
  const held = await validationFolder(folder)
  if (held === undefined) {
    const [training, rest] = split(await classFolder(folder), 1 - validation, createRng(seed))
    if (rest.length > 0) return { training, validation: rest }
    throw new ClasError('no-images', `${folder} has one picture per class: none is left to measure with`, { folder })
  }
  const training = await classFolder(join(folder, 'train'))
  return { training, validation: await knownClassFolder(join(folder, held), training.classes) }
}

/**
 * Opens the labelled pictures to measure a trained model with: the validation part of a parted folder, else all.
 *
 * @throws as {@link openPictures}; `class-mismatch` when there is a class that the model doesn't know
 */
export async function openLabelled(folder: string, classes: readonly string[]): Promise<Source> {
  const held = await validationFolder(folder)
  return knownClassFolder(held === undefined ? folder : join(folder, held), classes)
}

/**
 * Throws unless a folder still has the classes and the numbers of pictures that a run began with: else pictures that it
 * learned from could be among those that it is measured with.
 */
export function requireSamePictures({ folder, classes, pictures }: Settings, { training, validation }: Pictures): void {
  if (String(training.classes) !== String(classes)) {
    throw new ClasError(
      'class-mismatch',
      `${folder} has the classes ${training.classes.join(', ')}; the run was trained on ${classes.join(', ')}`,
      { expected: classes, found: training.classes },
    )
  }
  if (training.length === pictures.training && validation.length === pictures.validation) return
  throw new ClasError(
    'bad-option',
    `${folder} has ${training.length} pictures to train on and ${validation.length} to measure with, ` +
      `the run began with ${pictures.training} and ${pictures.validation}; put the pictures back, or start a new run`,
    { folder, expected: pictures },
  )
}

async function validationFolder(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined)
  if (!found) throw new ClasError('io', `there is no folder ${folder}`, { folder })
  if (!found.isDirectory()) {
    throw new ClasError('io', `${folder} is a file; expected a folder that has a folder of pictures per class`, {
      folder,
    })
  }
  const names = (await readdir(folder, { withFileTypes: true })).filter((e) => !e.isFile()).map(({ name }) => name)
  return names.includes('train') ? VALIDATION_FOLDERS.find((name) => names.includes(name)) : undefined
}

async function classFolder(root: string): Promise<Source> {
  const source = await imageFolder(root).catch((error: unknown) => {
    if (!isClasError(error) || error.code !== 'empty-class') throw error
    const names = (error.fields.classes as readonly string[]).map((name) => `'${name}'`).join(', ')
    throw new ClasError(
      'empty-class',
      `${root} has no picture (jpg, png, webp, avif, gif, bmp or tiff) for the class ${names}; add pictures or remove the folder`,
      error.fields,
      { cause: error },
    )
  })
  if (source.classes.length > 1) return source
  throw new ClasError(
    'class-mismatch',
    `${root} has one class only, '${source.classes[0]}': a classifier needs at least 2, each a folder of pictures`,
    { folder: root, classes: source.classes },
  )
}

/** A class without pictures keeps its place here: it can't be measured, but that is no error. */
function knownClassFolder(root: string, classes: readonly string[]): Promise<Source> {
  return imageFolder(root, { classes, emptyClasses: 'skip' })
}
