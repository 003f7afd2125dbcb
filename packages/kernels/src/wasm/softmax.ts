import { asMatrix, type WasmKernel } from './call.ts'

export const softmax: WasmKernel<unknown> = (call) => {
  const x = call.input('x')
  const { rows, channels } = asMatrix(x.shape)
  const y = call.output(x.shape)
  call.module.softmax(x.address, y.address, rows, channels)
  return y
}

export const softmaxGradient: WasmKernel<unknown> = (call) => {
  const dy = call.input('dy')
  const y = call.input('y')
  const { rows, channels } = asMatrix(y.shape)
  const dx = call.output(y.shape)
  call.module.softmaxGradient(dy.address, y.address, dx.address, rows, channels)
  return dx
}

export const softmaxCrossEntropy: WasmKernel<unknown> = (call) => {
  const logits = call.input('logits')
  const targets = call.input('targets')
  const { rows, channels } = asMatrix(logits.shape)
  const loss = call.output(logits.shape.slice(0, -1))
  const y = call.output(logits.shape)
  call.module.softmaxCrossEntropy(logits.address, targets.address, loss.address, y.address, rows, channels)
  return [loss, y]
}

export const softmaxCrossEntropyGradient: WasmKernel<unknown> = (call) => {
  const dloss = call.input('dloss')
  const y = call.input('softmax')
  const targets = call.input('targets')
  const { rows, channels } = asMatrix(y.shape)
  const dx = call.output(y.shape)
  call.module.softmaxCrossEntropyGradient(dloss.address, y.address, targets.address, dx.address, rows, channels)
  return dx
}
