import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRng } from '@clas/core'
import sharp from 'sharp'

const SIDE = 24
const FORMATS = ['png', 'jpg', 'webp'] as const
const SHAPES = {
  bar: (x: number, y: number) => `<rect x="${x - 9}" y="${y - 2}" width="18" height="4"/>`,
  disc: (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="8"/>`,
  square: (x: number, y: number) => `<rect x="${x - 5}" y="${y - 5}" width="10" height="10"/>`,
}

/** A name for each shape. */
export const CLASSES: readonly string[] = Object.keys(SHAPES)

/** An empty folder that is removed when the scope ends. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'clas-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Draws pictures of shapes, in files of several formats, into `folder/CLASS`. */
export async function drawShapes(
  folder: string,
  perClass: number,
  classes: readonly string[] = CLASSES,
): Promise<void> {
  for (const name of classes) {
    await mkdir(join(folder, name), { recursive: true })
    for (let i = 0; i < perClass; i++) {
      const rng = createRng(7).fork(name, i)
      const shape = SHAPES[name as keyof typeof SHAPES](rng.uniform(9, 15), rng.uniform(9, 15))
      const hue = rng.integer(0, 360)
      const ground = `<rect width="100%" height="100%" fill="hsl(${hue},40%,80%)"/>`
      const drawn = `${ground}<g fill="hsl(${hue},60%,30%)">${shape}</g>`
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">${drawn}</svg>`
      await sharp(Buffer.from(svg))
        .flatten()
        .toFile(join(folder, name, `${i}.${FORMATS[i % FORMATS.length]}`))
    }
  }
}

/** Writes a file that has the name of a picture only. */
export async function breakPicture(file: string): Promise<void> {
  await writeFile(file, 'this is text')
}
