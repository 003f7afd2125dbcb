import { compose, cropImage, resizeImage } from '@clas/augment'
import { createRng } from '@clas/core'
import type { Source } from '@clas/data'
import { encodePng } from '@clas/data/node'
import type { Prediction, WorstError } from '@clas/engine'
import type { Settings } from './settings.ts'

/** Enough to see what goes wrong, few enough for a small file. */
const SHOWN = 24
const LARGEST = 160

/** The pictures that the model gets most wrong, as it sees them, worst first. */
export async function worstErrors(
  source: Source,
  predictions: readonly Prediction[],
  { size, preprocessing }: Settings,
): Promise<WorstError[]> {
  const wrong = predictions.filter(({ label, top }) => top[0]?.label !== label)
  const worst = wrong.sort((a, b) => b.loss - a.loss).slice(0, SHOWN)
  const shown = Math.min(size, LARGEST)
  const shortSide = Math.max(shown, Math.round((preprocessing.resizeShort * shown) / size))
  const pipeline = compose([resizeImage({ shortSide }), cropImage({ size: shown })])
  const errors: WorstError[] = []
  for (const { index, label, top } of worst) {
    const { image } = pipeline.run(await source.read(index), createRng(0))
    const [first] = top
    errors.push({
      png: encodePng({ ...image, data: Uint8Array.from(image.data) }),
      name: source.name(index),
      label: source.classes[label] ?? '',
      predicted: source.classes[first?.label ?? 0] ?? '',
      probability: first?.score ?? 0,
    })
  }
  return errors
}
