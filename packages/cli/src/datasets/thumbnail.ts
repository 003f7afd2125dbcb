import { resize } from '@clas/augment'
import type { Source } from '@clas/data'
import { encodePng } from '@clas/data/node'

const LARGEST = 128

/** A picture of a source as a data URL, made small; undefined where it can't be read. */
export async function thumbnail(source: Source, index: number): Promise<string | undefined> {
  try {
    const image = await source.read(index)
    const { width, height } = image
    const scale = Math.min(1, LARGEST / Math.max(width, height))
    const size = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number]
    const small = resize(image, size, { interpolation: 'area' })
    const png = encodePng({ ...small, data: Uint8Array.from(small.data) })
    return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  } catch {
    return undefined // the page says so; the reason stands in the report
  }
}
