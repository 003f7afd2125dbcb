import type { ArrayRecord } from '@clas/core'
import type { Buffer, Parameter } from '@clas/nn'

/**
 * Makes a convolution that reads pictures fit another number of channels: summed for one channel, else repeated in turn
 * and scaled by `from / to`, so that outputs keep their size.
 *
 * @param part - what is wanted, [height, width, channels, out]
 * @param array - what is there
 * @param channels - of the file's pictures and of the model's
 * @returns undefined where the array is not such a convolution
 */
export function adaptChannels(
  part: Parameter | Buffer,
  array: ArrayRecord,
  [from, to]: readonly [from: number, to: number],
): { readonly array: ArrayRecord; readonly change: string } | undefined {
  const [height = 0, width = 0, channels = 0, outputs = 0] = array.shape
  const wanted = [height, width, to, outputs]
  const isReader = part.part === 'parameter' && part.layout === 'conv' && channels === from && from !== to
  if (!isReader || array.shape.length !== 4 || part.shape.some((size, i) => size !== wanted[i])) return undefined
  const data = new Float32Array(height * width * to * outputs)
  for (let tap = 0; tap < height * width; tap++) {
    for (let c = 0; c < (to === 1 ? from : to); c++) {
      for (let o = 0; o < outputs; o++) {
        const value = array.data[(tap * from + (c % from)) * outputs + o] as number
        if (to === 1) data[tap * outputs + o] = (data[tap * outputs + o] as number) + value
        else data[(tap * to + c) * outputs + o] = (value * from) / to
      }
    }
  }
  return { array: { shape: wanted, data }, change: `input channels ${from} to ${to}` }
}
