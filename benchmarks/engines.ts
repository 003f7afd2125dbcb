import type { KernelCase } from './kernels.ts'
import type { ModelCase } from './models.ts'

/** What computes: a backend of clas in one of its ways, or a peer. */
export interface Engine {
  /** In tables and in the JSON. */
  readonly name: string
  readonly side: 'clas' | 'python'
  /** Of clas: the backend. In Python: the package. */
  readonly library: 'wasm' | 'tensorflow' | 'torch' | 'onnxruntime'
  readonly precision: 'float32' | 'bfloat16'
  /** Of clas. */
  readonly compiled?: boolean
  /** Of PyTorch, for models; kernels are measured in both and the better counts. */
  readonly layout?: 'contiguous' | 'channels_last'
  readonly kernels: boolean
  readonly training: boolean
  readonly inference: boolean
  /** Measured with no other number of threads. */
  readonly onlyThreads?: number
}

export const ENGINES: readonly Engine[] = [
  clas('wasm', false),
  clas('wasm', true),
  clas('tensorflow', false),
  clas('tensorflow', true),
  clas('tensorflow', true, 'bfloat16'),
  torch('contiguous'),
  torch('channels_last'),
  torch('channels_last', 'bfloat16'),
  { ...python('TensorFlow tf.function', 'tensorflow'), kernels: false },
  { ...python('ONNX Runtime', 'onnxruntime'), kernels: false, training: false, onlyThreads: 1 },
]

/** Figures are given as ratios to the faster of these. */
export const isReference = (engine: Engine): boolean => engine.library === 'torch' && engine.precision === 'float32'

function clas(library: 'wasm' | 'tensorflow', compiled: boolean, precision: Engine['precision'] = 'float32'): Engine {
  const name = `clas ${library} ${compiled ? 'compiled' : 'eager'}${precision === 'bfloat16' ? ' bf16' : ''}`
  return { name, side: 'clas', library, precision, compiled, kernels: !compiled, training: true, inference: true }
}

function torch(layout: 'contiguous' | 'channels_last', precision: Engine['precision'] = 'float32'): Engine {
  const name = `PyTorch ${layout === 'contiguous' ? 'NCHW' : 'channels_last'}${precision === 'bfloat16' ? ' bf16' : ''}`
  const kernels = layout === 'contiguous'
  return { ...python(name, 'torch'), layout, precision, kernels }
}

function python(name: string, library: Engine['library']): Engine {
  return { name, side: 'python', library, precision: 'float32', kernels: true, training: true, inference: true }
}

/** What one process is told to measure; JSON on its command line. */
export type Job =
  | { readonly work: 'peaks'; readonly threads: readonly number[]; readonly quick: boolean }
  | { readonly work: 'probe'; readonly engine: Engine; readonly threads: number }
  | ({ readonly work: 'kernel'; readonly case: KernelCase } & Measurement)
  | ({ readonly work: 'training step' | 'inference'; readonly case: ModelCase } & Measurement)

interface Measurement {
  readonly engine: Engine
  readonly threads: number
  readonly runs: number
  readonly seconds: number
}

/** What comes back of one. */
export interface Measured {
  readonly milliseconds: readonly number[]
  /** Processor time by wall time: says whether the threads were as many as asked for. */
  readonly cores: number
  /** Of tensors alive at the same time during one call, weights and optimizer state among them. */
  readonly peakTensorBytes?: number
  /** The most that the process ever had in memory. */
  readonly residentBytes: number
  readonly parameters?: number
  /** Multiply-adds of one forward pass. */
  readonly multiplyAdds?: number
  readonly note?: string
}

/** What a process answers: a value, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly unavailable: string }
