import type { KernelCase } from './kernels.ts'
import type { ModelCase } from './models.ts'

/** What computes: a backend of clas in one of its ways, or a peer. */
export interface Engine {
  /** In the JSON and the detailed tables. */
  readonly name: string
  /** In the other tables: engines of one column are ways of doing the same, and the fastest is shown. */
  readonly column: string
  readonly side: 'clas' | 'node' | 'python'
  /** Of clas: the backend. Else: the package. */
  readonly library: 'wasm' | 'tensorflow' | 'torch' | 'onnxruntime'
  readonly precision: 'float32' | 'bfloat16'
  /** Of clas. */
  readonly compiled?: boolean
  /** Of PyTorch, for models; kernels are measured in both and the better counts. */
  readonly layout?: 'contiguous' | 'channels_last'
  readonly kernels: boolean
  readonly training: boolean
  readonly inference: boolean
}

const PYTORCH_NCHW = torch('contiguous')

export const ENGINES: readonly Engine[] = [
  clas('wasm', false),
  clas('wasm', true),
  clas('tensorflow', false),
  clas('tensorflow', true),
  clas('tensorflow', true, 'bfloat16'),
  PYTORCH_NCHW,
  torch('channels_last'),
  torch('channels_last', 'bfloat16'),
  { ...peer('TensorFlow in Python', 'python', 'tensorflow'), kernels: false },
  onnxruntime('node'),
  onnxruntime('python'),
]

/** Makes the ONNX files. */
export const EXPORTER: Engine = PYTORCH_NCHW

/** Times are given as ratios to the fastest of each. */
export type Reference = 'PyTorch' | 'ONNX Runtime'

/** What an engine is the measure of, if of anything. */
export function referenceOf({ library, precision }: Engine): Reference | undefined {
  if (library === 'onnxruntime') return 'ONNX Runtime'
  return library === 'torch' && precision === 'float32' ? 'PyTorch' : undefined
}

function clas(library: 'wasm' | 'tensorflow', compiled: boolean, precision: Engine['precision'] = 'float32'): Engine {
  const column = `clas ${library} ${compiled ? 'compiled' : 'eager'}${suffixOf(precision)}`
  return {
    ...{ name: column, column, side: 'clas', library, precision, compiled },
    ...{ kernels: !compiled, training: true, inference: true },
  }
}

function torch(layout: 'contiguous' | 'channels_last', precision: Engine['precision'] = 'float32'): Engine {
  const name = `PyTorch ${layout === 'contiguous' ? 'NCHW' : 'channels_last'}${suffixOf(precision)}`
  const kernels = layout === 'contiguous'
  return { ...peer(name, 'python', 'torch'), column: `PyTorch${suffixOf(precision)}`, layout, precision, kernels }
}

function onnxruntime(side: 'node' | 'python'): Engine {
  const name = side === 'node' ? 'onnxruntime-node' : 'ONNX Runtime in Python'
  return { ...peer(name, side, 'onnxruntime'), column: 'ONNX Runtime', kernels: false, training: false }
}

function peer(name: string, side: 'node' | 'python', library: Engine['library']): Engine {
  return { name, column: name, side, library, precision: 'float32', kernels: true, training: true, inference: true }
}

function suffixOf(precision: Engine['precision']): string {
  return precision === 'bfloat16' ? ' bf16' : ''
}

/** What one process is told to do; JSON on its command line. */
export type Job =
  | { readonly work: 'peaks'; readonly threads: readonly number[]; readonly quick: boolean }
  | { readonly work: 'probe'; readonly engine: Engine; readonly threads: number }
  | { readonly work: 'onnx'; readonly engine: Engine; readonly threads: number; readonly case: ModelCase; path: string }
  | KernelsJob
  | ModelJob

/** All of the kernels in one process, one after the other. */
export interface KernelsJob extends Measurement {
  readonly work: 'kernels'
  readonly cases: readonly KernelCase[]
}

export interface ModelJob extends Measurement {
  readonly work: 'training step' | 'inference'
  readonly case: ModelCase
  /** For ONNX Runtime. */
  readonly onnx?: OnnxFile
}

interface Measurement {
  readonly engine: Engine
  readonly threads: number
  /** Timings, at most. */
  readonly runs: number
  /** After which no other timing begins. */
  readonly seconds: number
}

export interface OnnxFile {
  readonly path: string
  readonly parameters: number
}

/** What comes back of one. */
export interface Measured {
  readonly milliseconds: readonly number[]
  /** Processor time by wall time: says whether the threads were as many as asked for. */
  readonly cores: number
  /** What the answer says. */
  readonly otherCores?: number
  /** Of tensors alive at the same time during one call, weights and optimizer state among them. */
  readonly peakTensorBytes?: number
  /** The most that the process ever had in memory. */
  readonly residentBytes?: number
  readonly parameters?: number
  readonly note?: string
}

/** What a process answers: a value, or why there is none. */
export type Answer<T> =
  | {
      readonly value: T
      /** Of all of the process. */
      readonly processorSeconds?: number
      /** Processor time of everything else on the machine meanwhile, by wall time. */
      readonly otherCores?: number
    }
  | { readonly unavailable: string }
