// @ts-nocheck
import { test } from 'vitest'
test('src/ops/activation.ts', async () => {
const { activation, useBackend } = await import('@clas/kernels')
const { tensor1d } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
activation(tensor1d([-3, 0, 3]), 'hardSwish').print() // 0, 0, 3

})
test('src/ops/avg-pool.ts', async () => {
const { avgPool2d, useBackend } = await import('@clas/kernels')
const { ones } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
console.log(avgPool2d(ones([1, 8, 8, 3]), { size: 3, strides: 2, pads: 1 }).shape) // [1, 4, 4, 3]

})
test('src/ops/batch-norm.ts', async () => {
const { batchNormTrain, useBackend } = await import('@clas/kernels')
const { ones, tensor2d, zeros } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
const { mean, variance } = batchNormTrain(tensor2d([[0, 1], [2, 3], [4, 5]]), ones([2]), zeros([2]), 1e-5)
console.log(mean.dataSync(), variance.dataSync()) // 2, 3 and 8 / 3, 8 / 3

})
test('src/ops/batch-norm.ts', async () => {
const { batchNorm, useBackend } = await import('@clas/kernels')
const { ones, zeros } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
const c = zeros([3])
console.log(batchNorm(ones([2, 4, 4, 3]), c, ones([3]), ones([3]), c, 1e-5).shape) // [2, 4, 4, 3]

})
test('src/ops/conv2d.ts', async () => {
const { conv2d, useBackend } = await import('@clas/kernels')
const { ones } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
const y = conv2d(ones([1, 8, 8, 4]), ones([3, 3, 2, 6]), { strides: 2, pads: 1, groups: 2 })
console.log(y.shape) // [1, 4, 4, 6]

})
test('src/ops/layer-norm.ts', async () => {
const { layerNorm, useBackend } = await import('@clas/kernels')
const { ones, tensor2d, zeros } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
layerNorm(tensor2d([[1, 2], [5, 5]]), ones([2]), zeros([2]), 1e-5).print()

})
test('src/ops/mat-mul.ts', async () => {
const { matMul, useBackend } = await import('@clas/kernels')
const { ones } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
console.log(matMul(ones([2, 5, 3]), ones([4, 3]), { transposeB: true }).shape) // [2, 5, 4]

})
test('src/ops/max-pool.ts', async () => {
const { maxPool2d, useBackend } = await import('@clas/kernels')
const { ones } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
console.log(maxPool2d(ones([1, 8, 8, 3]), { size: 3, strides: 2, pads: 1 }).shape) // [1, 4, 4, 3]

})
test('src/ops/softmax-cross-entropy.ts', async () => {
const { softmaxCrossEntropy, useBackend } = await import('@clas/kernels')
const { tensor2d } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
softmaxCrossEntropy(tensor2d([[0, 0]]), tensor2d([[1, 0]])).print() // log(2)

})
test('src/ops/softmax.ts', async () => {
const { softmax, useBackend } = await import('@clas/kernels')
const { tensor2d } = await import('@tensorflow/tfjs-core')
await useBackend('cpu')
softmax(tensor2d([[0, 0], [1000, 0]])).print() // 0.5, 0.5 and 1, 0

})
test('src/use-backend.ts', async () => {
const { useBackend } = await import('@clas/kernels')
const { name, reason } = await useBackend('cpu')
console.log(name, reason.join('\n'))

})
test('README.md', async () => {
const { valueAndGradients } = await import('@clas/core')
const { avgPool2d, conv2d, relu, softmaxCrossEntropy, useBackend } = await import('@clas/kernels')
const { ones, oneHot, reshape, sum} = await import('@tensorflow/tfjs-core')

const { name, reason } = await useBackend('cpu') // wasm where it works, else cpu
console.log(name, reason)

const images = ones([2, 8, 8, 3])
const labels = oneHot([0, 3], 10, 1, 0, 'float32')
const { loss, gradients } = valueAndGradients(({ filter }) => {
  const features = relu(conv2d(images, filter, { strides: 2, pads: 1 })) // [2, 4, 4, 10]
  const logits = reshape(avgPool2d(features, { size: 4 }), [2, 10])
  return { loss: sum(softmaxCrossEntropy(logits, labels)) }
}, { filter: ones([3, 3, 3, 10]) })
console.log(loss.dataSync(), gradients.filter?.shape)

})
