import { asMatrix, type WasmKernel } from './call.ts'

interface NormAttributes {
  readonly epsilon: number
}

export const channelSum: WasmKernel<unknown> = (call) => {
  const dy = call.input('dy')
  const { rows, channels } = asMatrix(dy.shape)
  const sum = call.output([channels])
  const scratch = call.scratch(call.module.columnScratch(channels))
  call.module.channelSum(dy.address, sum.address, rows, channels, scratch)
  return sum
}

export const affine: WasmKernel<unknown> = (call) => {
  const x = call.input('x')
  const { rows, channels } = asMatrix(x.shape)
  const y = call.output(x.shape)
  call.module.affine(x.address, call.input('scale').address, call.input('offset').address, y.address, rows, channels)
  return y
}

export const batchNorm: WasmKernel<NormAttributes> = (call, { epsilon }) => {
  const x = call.input('x')
  const { rows, channels } = asMatrix(x.shape)
  const outputs = [call.output(x.shape), call.output([channels]), call.output([channels])]
  const scratch = call.scratch(call.module.batchNormScratch(channels))
  const addresses = [x, call.input('gamma'), call.input('beta'), ...outputs].map(({ address }) => address)
  call.module.batchNorm(...addresses, rows, channels, epsilon, scratch)
  return outputs
}

export const layerNorm: WasmKernel<NormAttributes> = (call, { epsilon }) => {
  const x = call.input('x')
  const { rows, channels } = asMatrix(x.shape)
  const outputs = [call.output(x.shape), call.output([rows]), call.output([rows])]
  const addresses = [x, call.input('gamma'), call.input('beta'), ...outputs].map(({ address }) => address)
  call.module.layerNorm(...addresses, rows, channels, epsilon)
  return outputs
}

export const batchNormGradient: WasmKernel<NormAttributes> = gradientOf('batchNormGradient')
export const layerNormGradient: WasmKernel<NormAttributes> = gradientOf('layerNormGradient')

function gradientOf(name: 'batchNormGradient' | 'layerNormGradient'): WasmKernel<NormAttributes> {
  return (call, { epsilon }) => {
    const inputs = ['dy', 'x', 'gamma', 'mean', 'variance'].map((input) => call.input(input))
    const { shape } = call.input('x')
    const { rows, channels } = asMatrix(shape)
    const outputs = [call.output(shape), call.output([channels]), call.output([channels])]
    const floats =
      name === 'batchNormGradient'
        ? call.module.batchNormScratch(channels)
        : call.module.layerNormScratch(rows, channels)
    const addresses = [...inputs, ...outputs].map(({ address }) => address)
    call.module[name](...addresses, rows, channels, epsilon, call.scratch(floats))
    return outputs
  }
}
