import { type Program, type Recording, registerStepCompiler, type Trace, useBackend } from '@clas/kernels'
import {
  backend,
  engine,
  findBackendFactory,
  getKernelsForBackend,
  type KernelBackend,
  type KernelConfig,
  type NamedAttrMap,
  registerBackend,
  registerKernel,
  setBackend,
  type Tensor,
  type TensorInfo,
  tensor,
} from '@tensorflow/tfjs-core'

/** The name of the backend that {@link useReplayBackend} chooses. */
export const REPLAY_BACKEND = 'replay'

interface Call {
  readonly name: string
  readonly attributes: NamedAttrMap
  readonly inputs: readonly (readonly [name: string, value: string])[]
  readonly outputs: readonly string[]
}

let current: Recorder | undefined
let nesting = 0

/**
 * Chooses a backend that computes as `cpu` does and can compile: its programs repeat the kernel calls of the record, one
 * by one. It shows whether a step gives the same when it is compiled, on any machine.
 */
export async function useReplayBackend(): Promise<void> {
  await useBackend('cpu')
  if (!findBackendFactory(REPLAY_BACKEND)) {
    const factory = findBackendFactory('cpu') as () => KernelBackend
    registerBackend(REPLAY_BACKEND, () => Object.assign(factory(), { firstUse: false }))
    for (const config of getKernelsForBackend('cpu')) registerKernel(recorded(config))
    registerStepCompiler(REPLAY_BACKEND, { record: () => (current = new Recorder()) })
  }
  await setBackend(REPLAY_BACKEND)
}

function recorded(config: KernelConfig): KernelConfig {
  return {
    ...config,
    backendName: REPLAY_BACKEND,
    kernelFunc(params) {
      nesting++
      try {
        const found = config.kernelFunc(params)
        if (nesting === 1) {
          const outputs = Array.isArray(found) ? found : [found]
          current?.note(config.kernelName, params.inputs, params.attrs ?? {}, outputs)
        }
        return found
      } finally {
        nesting--
      }
    },
  }
}

/** Names values by their data and shape: reshaped tensors share data. */
class Recorder implements Recording {
  obstacle: string | undefined
  readonly #numbers = new Map<object, number>()
  readonly #calls: Call[] = []
  readonly #made = new Set<number>()
  readonly #constants = new Map<string, Tensor>()

  constructor() {
    const read = (): void => this.fail('a value is read back')
    Object.assign(backend(), {
      readSync(this: KernelBackend, id: object) {
        read()
        return Object.getPrototypeOf(this).readSync.call(this, id)
      },
    })
  }

  fail(obstacle: string): void {
    this.obstacle ??= obstacle
  }

  note(name: string, inputs: object, attributes: object, outputs: readonly TensorInfo[]): void {
    const given = Object.entries(inputs as Record<string, TensorInfo | undefined>)
    const read = given.flatMap(([key, info]) => (info ? [[key, this.#read(info)] as const] : []))
    for (const { dataId } of outputs) this.#made.add(this.#number(dataId))
    const made = outputs.map((info) => this.#name(info))
    this.#calls.push({ name, attributes: attributes as NamedAttrMap, inputs: read, outputs: made })
  }

  finish(inputs: readonly Tensor[], outputs: readonly Tensor[]): Trace {
    this.#end()
    const names = inputs.map((input) => this.#name(input))
    // What was taken for a constant is an input.
    for (const name of names) {
      this.#constants.get(name)?.dispose()
      this.#constants.delete(name)
    }
    return new Replay(
      this.#calls,
      this.#constants,
      names,
      outputs.map((output) => this.#read(output)),
    )
  }

  abandon(): void {
    this.#end()
    for (const constant of this.#constants.values()) constant.dispose()
  }

  #end(): void {
    current = undefined
    delete (backend() as Partial<KernelBackend>).readSync
  }

  #number(id: object): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.#numbers.size)
    return this.#numbers.size - 1
  }

  #name({ dataId, shape, dtype }: TensorInfo): string {
    return `${this.#number(dataId)} ${dtype} [${shape}]`
  }

  #read(info: TensorInfo): string {
    const name = this.#name(info)
    if (!this.#made.has(this.#number(info.dataId)) && !this.#constants.has(name)) {
      const { values } = (backend() as unknown as { data: { get(id: object): { values: Float32Array } } }).data.get(
        info.dataId,
      )
      this.#constants.set(name, engine().keep(tensor(values.slice(), [...info.shape], info.dtype as 'float32')))
    }
    return name
  }
}

class Replay implements Trace {
  readonly #calls: readonly Call[]
  readonly #constants: ReadonlyMap<string, Tensor>
  readonly #inputs: readonly string[]
  readonly #outputs: readonly string[]

  constructor(
    calls: readonly Call[],
    constants: ReadonlyMap<string, Tensor>,
    inputs: readonly string[],
    outputs: readonly string[],
  ) {
    this.#calls = calls
    this.#constants = constants
    this.#inputs = inputs
    this.#outputs = outputs
  }

  difference(other: Trace): string | undefined {
    const [mine, others] = [this.#text(), (other as Replay).#text()]
    const at = mine.findIndex((line, i) => line !== others[i])
    if (at < 0 && mine.length === others.length) return undefined
    return `${mine[at] ?? 'nothing'} became ${others[at] ?? 'nothing'}`
  }

  compile(): Program {
    return { run: (inputs) => this.#run(inputs), dispose: () => undefined }
  }

  dispose(): void {
    for (const constant of this.#constants.values()) constant.dispose()
  }

  #run(inputs: readonly Tensor[]): Tensor[] {
    return engine().tidy(() => {
      const values = new Map(this.#constants)
      for (const [i, name] of this.#inputs.entries()) values.set(name, inputs[i] as Tensor)
      for (const call of this.#calls) {
        const given = call.inputs.map(([key, name]) => [key, values.get(name) as Tensor] as const)
        const made: Tensor | Tensor[] = engine().runKernel(call.name, Object.fromEntries(given), call.attributes)
        for (const [i, one] of (Array.isArray(made) ? made : [made]).entries())
          values.set(call.outputs[i] as string, one)
      }
      // Each output is the caller's own.
      return this.#outputs.map((name) => (values.get(name) as Tensor).clone())
    })
  }

  #text(): string[] {
    const constants = [...this.#constants].map(([name, value]) => `${name} = ${value.dataSync()}`)
    return [...this.#calls.map((call) => JSON.stringify(call)), ...constants]
  }
}
