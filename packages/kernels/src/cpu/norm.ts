import { asRows, type NdArray, ndArray, pick, type ReferenceKernel } from './array.ts'

/** To which mean a value belongs: that of its channel (batch normalisation) or of its row (layer normalisation). */
type GroupOf = (index: number, columns: number) => number

const byChannel: GroupOf = (index, columns) => index % columns
const byRow: GroupOf = (index, columns) => Math.floor(index / columns)

function groupCount(x: NdArray, groupOf: GroupOf): number {
  const { rows, columns } = asRows(x)
  return groupOf === byChannel ? columns : rows
}

function groupMeans(x: NdArray, groupOf: GroupOf, value: (index: number, group: number) => number): Float64Array {
  const { columns } = asRows(x)
  const count = groupCount(x, groupOf)
  const means = new Float64Array(count)
  for (let i = 0; i < x.values.length; i++) {
    const group = groupOf(i, columns)
    means[group] = (means[group] as number) + value(i, group)
  }
  return means.map((sum) => sum / (x.values.length / count))
}

function forward(groupOf: GroupOf): ReferenceKernel {
  return (inputs, attributes) => {
    const [x, gamma, beta] = pick(inputs, 'x', 'gamma', 'beta')
    const { epsilon } = attributes as { epsilon: number }
    const { columns } = asRows(x)
    const mean = groupMeans(x, groupOf, (i) => x.values[i] as number)
    const variance = groupMeans(x, groupOf, (i, group) => ((x.values[i] as number) - (mean[group] as number)) ** 2)
    const y = Float32Array.from(x.values, (value, i) => {
      const group = groupOf(i, columns)
      const normal = (value - (mean[group] as number)) / Math.sqrt((variance[group] as number) + epsilon)
      return normal * (gamma.values[i % columns] as number) + (beta.values[i % columns] as number)
    })
    return [{ shape: x.shape, values: y }, ndArray([mean.length], mean), ndArray([mean.length], variance)]
  }
}

/** With n = (x - mean) / s and g = dy * gamma: dx = (g - mean(g) - n * mean(g * n)) / s, the means over a group. */
function backward(groupOf: GroupOf): ReferenceKernel {
  return (inputs, attributes) => {
    const [dy, x, gamma, mean, variance] = pick(inputs, 'dy', 'x', 'gamma', 'mean', 'variance')
    const { epsilon } = attributes as { epsilon: number }
    const { columns } = asRows(x)
    const deviation = Float64Array.from(variance.values, (value) => Math.sqrt(value + epsilon))
    const normal = Float64Array.from(x.values, (value, i) => {
      const group = groupOf(i, columns)
      return (value - (mean.values[group] as number)) / (deviation[group] as number)
    })
    const scaled = Float64Array.from(dy.values, (value, i) => value * (gamma.values[i % columns] as number))
    const meanScaled = groupMeans(x, groupOf, (i) => scaled[i] as number)
    const meanProduct = groupMeans(x, groupOf, (i) => (scaled[i] as number) * (normal[i] as number))
    const dx = scaled.map((value, i) => {
      const group = groupOf(i, columns)
      const rest = (meanScaled[group] as number) + (normal[i] as number) * (meanProduct[group] as number)
      return (value - rest) / (deviation[group] as number)
    })
    const dgamma = new Float64Array(columns)
    const dbeta = new Float64Array(columns)
    dy.values.forEach((value, i) => {
      dgamma[i % columns] = (dgamma[i % columns] as number) + value * (normal[i] as number)
      dbeta[i % columns] = (dbeta[i % columns] as number) + value
    })
    return [ndArray(x.shape, dx), ndArray([columns], dgamma), ndArray([columns], dbeta)]
  }
}

/** ClasBatchNorm */
export const batchNorm: ReferenceKernel = forward(byChannel)
/** ClasBatchNormGradient */
export const batchNormGradient: ReferenceKernel = backward(byChannel)
/** ClasLayerNorm */
export const layerNorm: ReferenceKernel = forward(byRow)
/** ClasLayerNormGradient */
export const layerNormGradient: ReferenceKernel = backward(byRow)
