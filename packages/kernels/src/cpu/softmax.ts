import { asRows, type NdArray, ndArray, pick, type ReferenceKernel } from './array.ts'

/** x - log(sum(exp(x))) of every row, in float64. */
function logSoftmax(x: NdArray): Float64Array {
  const { rows, columns } = asRows(x)
  const result = Float64Array.from(x.values)
  for (let r = 0; r < rows; r++) {
    const row = result.subarray(r * columns, (r + 1) * columns)
    const highest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const total = highest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - highest), 0))
    row.forEach((value, i) => {
      row[i] = value - total
    })
  }
  return result
}

/** The sum over each row of f(index). */
function rowSums(x: NdArray, f: (index: number) => number): Float64Array {
  const { rows, columns } = asRows(x)
  const sums = new Float64Array(rows)
  for (let i = 0; i < rows * columns; i++) {
    const row = Math.floor(i / columns)
    sums[row] = (sums[row] as number) + f(i)
  }
  return sums
}

/** ClasSoftmax */
export const softmax: ReferenceKernel = (inputs) => {
  const [x] = pick(inputs, 'x')
  return [ndArray(x.shape, logSoftmax(x).map(Math.exp))]
}

/** ClasSoftmaxGradient */
export const softmaxGradient: ReferenceKernel = (inputs) => {
  const [dy, y] = pick(inputs, 'dy', 'y')
  const { columns } = asRows(y)
  const sums = rowSums(y, (i) => (dy.values[i] as number) * (y.values[i] as number))
  const dx = y.values.map((v, i) => v * ((dy.values[i] as number) - (sums[Math.floor(i / columns)] as number)))
  return [{ shape: y.shape, values: dx }]
}

/** ClasSoftmaxCrossEntropy */
export const softmaxCrossEntropy: ReferenceKernel = (inputs) => {
  const [logits, targets] = pick(inputs, 'logits', 'targets')
  const logs = logSoftmax(logits)
  const losses = rowSums(logits, (i) => -(targets.values[i] as number) * (logs[i] as number))
  return [ndArray([losses.length], losses), ndArray(logits.shape, logs.map(Math.exp))]
}

/** ClasSoftmaxCrossEntropyGradient */
export const softmaxCrossEntropyGradient: ReferenceKernel = (inputs) => {
  const [dloss, probabilities, targets] = pick(inputs, 'dloss', 'softmax', 'targets')
  const { columns } = asRows(targets)
  const totals = rowSums(targets, (i) => targets.values[i] as number)
  const dlogits = probabilities.values.map((probability, i) => {
    const row = Math.floor(i / columns)
    return (dloss.values[row] as number) * (probability * (totals[row] as number) - (targets.values[i] as number))
  })
  return [{ shape: targets.shape, values: dlogits }]
}
