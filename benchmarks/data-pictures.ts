import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createRng } from '@clas/core'
import sharp from 'sharp'

/** A folder per class of JPEG files, for all who are measured. */
export interface Pictures extends AsyncDisposable {
  readonly folder: string
  /** For the report. */
  readonly what: string
}

/** The pictures that were asked for, unpacked where they are in a tar file, or drawn ones. */
export async function findPictures(path: string | undefined, quick: boolean): Promise<Pictures> {
  if (path !== undefined && (await stat(path)).isDirectory()) {
    return { folder: await trainingPart(path), what: 'photos', [Symbol.asyncDispose]: async () => undefined }
  }
  const root = await mkdtemp(join(tmpdir(), 'clas-bench-'))
  const dispose = (): Promise<void> => rm(root, { recursive: true })
  if (path !== undefined) {
    await promisify(execFile)('tar', ['-xf', path, '-C', root])
    const what = path.split('/').at(-1) ?? path
    return { folder: await trainingPart(root), what, [Symbol.asyncDispose]: dispose }
  }
  await draw(root, quick ? 200 : 3000)
  return { folder: root, what: 'drawn pictures', [Symbol.asyncDispose]: dispose }
}

/** Sets of pictures often have a folder for training and one for validation. */
async function trainingPart(folder: string): Promise<string> {
  return (await readdir(folder)).includes('train') ? join(folder, 'train') : folder
}

/** JPEG files of 400 × 533, about as large and as hard to decode as photos: smooth shapes with fine noise. */
async function draw(root: string, count: number): Promise<void> {
  const rng = createRng(1)
  const size = { width: 400, height: 533 }
  for (let i = 0; i < count; i++) {
    const folder = join(root, `class ${i % 10}`)
    await mkdir(folder, { recursive: true })
    const coarse = Buffer.from(Array.from({ length: 12 * 16 * 3 }, () => rng.integer(0, 256)))
    const shapes = await sharp(coarse, { raw: { width: 12, height: 16, channels: 3 } })
      .resize(size.width, size.height, { kernel: 'cubic', fit: 'fill' })
      .toBuffer()
    const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const
    const grain = sharp({ create: { ...size, channels: 3, background: 'grey', noise } })
    await sharp(shapes, { raw: { ...size, channels: 3 } })
      .composite([{ input: await grain.png().toBuffer(), blend: 'overlay' }])
      .jpeg({ quality: 80 })
      .toFile(join(folder, `${i}.jpg`))
  }
}
