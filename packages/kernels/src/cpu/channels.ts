import { asRows, ndArray, pick, type ReferenceKernel } from './array.ts'

/** ClasChannelSum */
export const channelSum: ReferenceKernel = (inputs) => {
  const [dy] = pick(inputs, 'dy')
  const { columns } = asRows(dy)
  const sums = new Float64Array(columns)
  dy.values.forEach((value, i) => {
    sums[i % columns] = (sums[i % columns] as number) + value
  })
  return [ndArray([columns], sums)]
}

/** ClasAffine */
export const affine: ReferenceKernel = (inputs) => {
  const [x, scale, offset] = pick(inputs, 'x', 'scale', 'offset')
  const { columns } = asRows(x)
  const y = x.values.map(
    (value, i) => value * (scale.values[i % columns] as number) + (offset.values[i % columns] as number),
  )
  return [{ shape: x.shape, values: y }]
}
