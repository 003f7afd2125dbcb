import { createRequire } from 'node:module'
import type { Measured, ModelJob } from './engines.ts'
import { findOnnxruntimeNode } from './onnxruntime-node.ts'
import { residentBytes, time } from './timing.ts'
import { Unavailable } from './unavailable.ts'

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> }
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => object
}

interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, { readonly data: Float32Array }>>>
}

/** Inference by ONNX Runtime, with all of its optimisations. */
export async function measureOnnx({ case: model, onnx, threads, runs, seconds }: ModelJob): Promise<Measured> {
  const found = findOnnxruntimeNode()
  if (!found || !onnx) throw new Unavailable('there is no onnxruntime-node, or no ONNX file')
  const { InferenceSession, Tensor } = createRequire(import.meta.url)(found.entry) as OnnxRuntime
  const session = await InferenceSession.create(onnx.path, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  })
  const shape = [model.batch, 3, model.size, model.size]
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i))
  const images = new Tensor('float32', values, shape)
  const call = async (): Promise<void> => {
    const { logits } = await session.run({ images })
    if (!Number.isFinite(logits?.data[0])) throw new Error('the logits are not finite')
  }
  const timed = await time(call, { runs, seconds, warmUp: 2 })
  return { ...timed, parameters: onnx.parameters, residentBytes: residentBytes() }
}
