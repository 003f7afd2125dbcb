import type { DataType, Tensor } from '@tensorflow/tfjs-core'
import {
  type Program,
  type Recording,
  registerStepCompiler,
  type StepCompiler,
  type Trace,
} from '../compile/step-compiler.ts'
import { registerPrecision } from '../precision.ts'
import { type GraphFunction, graphFunction } from './graph.ts'
import { openedRuntime } from './open-runtime.ts'
import type { RecordingRuntime } from './recording-runtime.ts'
import { type Handle, TYPES } from './runtime.ts'
import type { TensorAccess } from './tensor-access.ts'
import { type TracedProgram, traceOf } from './trace.ts'
import { traceDifference } from './trace-difference.ts'

/**
 * Makes known that the backend `tensorflow` can compile steps and compute in low precision. The runtime must be open.
 *
 * @param backend - its way from tensors of tfjs to those of TensorFlow
 */
export function registerTensorflowCompiler(backend: TensorAccess): void {
  const runtime = openedRuntime()
  registerStepCompiler('tensorflow', createTensorflowCompiler(runtime.recording, backend))
  registerPrecision('tensorflow', { within: (precision, f) => runtime.within(LOW_TYPES[precision], f) })
}

const LOW_TYPES = { f32: undefined, bf16: TYPES.bfloat16, f16: TYPES.float16 } as const

/** Makes graph functions of steps. */
function createTensorflowCompiler(runtime: RecordingRuntime, access: TensorAccess): StepCompiler {
  return {
    record: () => {
      runtime.start()
      return recording(runtime, access)
    },
  }
}

function recording(runtime: RecordingRuntime, access: TensorAccess): Recording {
  return {
    get obstacle() {
      return runtime.obstacle
    },
    fail: (obstacle) => {
      runtime.fail(obstacle)
    },
    abandon: () => {
      runtime.stop(() => undefined)
    },
    finish: (inputs, outputs) =>
      runtime.stop((operations) => {
        const handles = (tensors: readonly Tensor[]): Handle[] => tensors.map((tensor) => access.handleOf(tensor))
        const program = traceOf(operations, handles(inputs), handles(outputs))
        return new GraphTrace(
          runtime,
          access,
          program,
          outputs.map(({ dtype }) => dtype),
        )
      }),
  }
}

class GraphTrace implements Trace {
  readonly #runtime: RecordingRuntime
  readonly #access: TensorAccess
  readonly #program: TracedProgram
  readonly #dtypes: readonly DataType[]

  constructor(runtime: RecordingRuntime, access: TensorAccess, program: TracedProgram, dtypes: readonly DataType[]) {
    this.#runtime = runtime
    this.#access = access
    this.#program = program
    this.#dtypes = dtypes
    for (const constant of program.constants) runtime.hold(constant)
  }

  difference(other: Trace): string | undefined {
    const { eager } = this.#runtime
    return traceDifference(this.#program, (other as GraphTrace).#program, (handle) => eager.readRaw(handle))
  }

  compile(): Program {
    const made = graphFunction(this.#runtime.eager, this.#program)
    return new GraphProgram(this.#runtime, this.#access, made, this.#program, this.#dtypes)
  }

  dispose(): void {
    for (const constant of this.#program.constants) this.#runtime.letGo(constant)
  }
}

class GraphProgram implements Program {
  readonly #runtime: RecordingRuntime
  readonly #access: TensorAccess
  readonly #function: GraphFunction
  readonly #types: readonly number[]
  readonly #dtypes: readonly DataType[]

  constructor(
    runtime: RecordingRuntime,
    access: TensorAccess,
    made: GraphFunction,
    { inputs }: TracedProgram,
    dtypes: readonly DataType[],
  ) {
    this.#runtime = runtime
    this.#access = access
    this.#function = made
    this.#types = inputs.map(({ type }) => type)
    this.#dtypes = dtypes
    for (const handle of made.captured) runtime.hold(handle)
  }

  run(inputs: readonly Tensor[]): Tensor[] {
    const casts: Handle[] = []
    const handles = inputs.map((tensor, i) => {
      const handle = this.#access.handleOf(tensor)
      const type = this.#types[i] as number
      if (handle.type === type) return handle
      // A tensor of reduced precision, where the recorded one had all, or the other way round.
      const cast = this.#runtime.eager.execute('Cast', { DstT: { type } }, [handle], 1)[0] as Handle
      casts.push(cast)
      return cast
    })
    try {
      const outputs = this.#function.call(handles)
      return outputs.map((output, i) => this.#access.wrap(output, this.#dtypes[i] as DataType))
    } finally {
      for (const cast of casts) this.#runtime.eager.release(cast)
    }
  }

  dispose(): void {
    this.#function.remove()
    for (const handle of this.#function.captured) this.#runtime.letGo(handle)
  }
}
