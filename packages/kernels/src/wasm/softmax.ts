import { asMatrix, type Call, ranges, type WasmKernel } from './call.ts'

export const softmax: WasmKernel<unknown> = (call) => {
  const x = call.input('x')
  const { rows, channels } = asMatrix(x.shape)
  const y = call.output(x.shape)
  call.run(
    'softmax',
    shareRows(call, rows, channels).map(([from, to]) => {
      const skip = 4 * from * channels
      return [x.address + skip, y.address + skip, to - from, channels]
    }),
  )
  return y
}

export const softmaxGradient: WasmKernel<unknown> = (call) => {
  const dy = call.input('dy')
  const y = call.input('y')
  const { rows, channels } = asMatrix(y.shape)
  const dx = call.output(y.shape)
  call.run(
    'softmaxGradient',
    shareRows(call, rows, channels).map(([from, to]) => {
      const skip = 4 * from * channels
      return [dy.address + skip, y.address + skip, dx.address + skip, to - from, channels]
    }),
  )
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

function shareRows(call: Call, rows: number, channels: number): [number, number][] {
  return ranges(rows, call.threadsFor(2 * rows * channels))
}
