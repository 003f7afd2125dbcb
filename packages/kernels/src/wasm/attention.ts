import type { AttentionAttributes } from '../contract.ts'
import { type Call, type Operand, ranges, type WasmKernel } from './call.ts'

export const attention: WasmKernel<AttentionAttributes> = (call, attributes) => {
  const qkv = call.input('qkv')
  const [batch = 0, length = 0, columns = 0] = qkv.shape
  const y = call.output([batch, length, columns / 3])
  const { heads, size, parts } = divide(call, qkv, attributes, 2)
  call.run(
    'attention',
    parts.map((part) => [qkv.address, y.address, length, heads, size, attributes.scale, ...part]),
    call.module.attentionScratch(length, size),
  )
  return y
}

export const attentionGradient: WasmKernel<AttentionAttributes> = (call, attributes) => {
  const dy = call.input('dy')
  const qkv = call.input('qkv')
  const [, length = 0] = qkv.shape
  const dqkv = call.output(qkv.shape)
  const { heads, size, parts } = divide(call, qkv, attributes, 5)
  call.run(
    'attentionGradient',
    parts.map((part) => [dy.address, qkv.address, dqkv.address, length, heads, size, attributes.scale, ...part]),
    call.module.attentionGradientScratch(length, size),
  )
  return dqkv
}

/** Divides the heads of all pictures among the threads. */
function divide(call: Call, { shape }: Operand, { heads }: AttentionAttributes, products: number) {
  const [batch = 0, length = 0, columns = 0] = shape
  const size = columns / 3 / heads
  const threads = call.threadsFor((batch * heads * length ** 2 * size * products) / 20)
  return { heads, size, parts: ranges(batch * heads, threads) }
}
