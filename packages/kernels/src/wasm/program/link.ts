import { ClasError } from '@clas/core'
import { type NamedTensorInfoMap, util } from '@tensorflow/tfjs-core'
import { type CallHost, callOn, sizeOf, type WasmKernel } from '../call.ts'
import type { KernelModule } from '../instantiate.ts'
import type { FunctionName } from '../team.ts'
import type { Instruction, Memory } from './instruction.ts'
import { Lives } from './lives.ts'
import type { Interval } from './plan.ts'
import { looksLikeAddress, type Region, Regions } from './region.ts'
import type { ForeignKernel, TracedCall, TracedProgram, Value } from './trace.ts'

/** A program whose addresses are open. */
export interface LinkedProgram {
  readonly instructions: readonly Instruction[]
  readonly memories: ReadonlyMap<Value, Memory>
  /** What lies in the arena, and when: regions of one piece lie at the same place. */
  readonly pieces: readonly Piece[]
  /** What kernels of tfjs allocated, but for results: freed after that instruction. */
  readonly freed: ReadonlyMap<number, readonly Memory[]>
  /** When that lives. */
  readonly foreign: readonly Interval[]
}

interface Piece {
  readonly regions: readonly Region[]
  readonly interval: Interval
}

interface Machine {
  readonly module: KernelModule
  readonly threads: number
}

/** Lets every kernel of the module say what it would do, with addresses that stand for memory yet to be found. */
export function link(program: TracedProgram, machine: Machine): LinkedProgram {
  const linker = new Linker(program, machine)
  for (const [index, call] of program.calls.entries()) linker.add(call, index)
  return linker.finish()
}

class Linker {
  readonly #program: TracedProgram
  readonly #machine: Machine
  readonly #lives: Lives
  readonly #regions = new Regions()
  readonly #instructions: Instruction[] = []
  /** The last instruction of each call. */
  readonly #ends: number[] = []
  readonly #memories = new Map<Value, Memory>()
  readonly #scratch: Piece[] = []

  constructor(program: TracedProgram, machine: Machine) {
    this.#program = program
    this.#machine = machine
    this.#lives = new Lives(program)
  }

  add(call: TracedCall, index: number): void {
    if (looksLikeAddress(call.attributes)) {
      const { name, attributes } = call
      throw new ClasError('bad-option', `an attribute of ${name} is larger than a program can take`, { attributes })
    }
    if ('own' in call.kernel) this.#addOwn(call, index, call.kernel.own)
    else this.#addForeign(call, call.kernel.foreign)
    this.#ends.push(this.#instructions.length - 1)
  }

  finish(): LinkedProgram {
    const { inputs, constants } = this.#program
    for (const value of [...inputs, ...constants.keys()]) this.#memoryOf(value)
    const freed = new Map<number, Memory[]>()
    const foreign: Interval[] = []
    for (const { value, interval } of this.#lives.foreign()) {
      const end = this.#ends[interval.last] as number
      foreign.push(interval)
      freed.set(end, [...(freed.get(end) ?? []), this.#memoryOf(value)])
    }
    const pieces = this.#lives.planned().map(({ values, interval }) => {
      return { regions: values.map((value) => this.#memoryOf(value).region), interval }
    })
    return {
      instructions: this.#instructions,
      memories: this.#memories,
      pieces: [...pieces, ...this.#scratch],
      freed,
      foreign,
    }
  }

  #addForeign({ name, attributes, inputs, outputs }: TracedCall, kernel: ForeignKernel): void {
    this.#instructions.push({
      kind: 'foreign',
      name,
      attributes,
      kernel,
      inputs: [...inputs].map(([key, view]) => [key, view, this.#memoryOf(view.value)] as const),
      outputs: outputs.map((view) => view && { view, memory: this.#memoryOf(view.value) }),
    })
  }

  #addOwn(call: TracedCall, index: number, kernel: WasmKernel<unknown>): void {
    const lists: number[][] = []
    const list = (values: readonly number[]): number[] => {
      const copy = [...values]
      lists.push(copy)
      return copy
    }
    const made = new Map<object, Region>()
    const host: CallHost = {
      module: this.#recordingModule((name, values) => this.#note({ kind: 'call', name, values: list(values) })),
      threads: this.#machine.threads,
      address: ({ dataId }) => (made.get(dataId) ?? this.#memoryOf(dataId as Value).region).placeholder,
      allocate: (shape, dtype) => {
        const dataId = {}
        made.set(dataId, this.#regions.make(util.bytesPerElement(dtype) * sizeOf(shape)))
        return { dataId, shape: [...shape], dtype }
      },
      scratch: (floats) => {
        const region = this.#regions.make(4 * floats)
        this.#scratch.push({ regions: [region], interval: { bytes: region.bytes, first: index, last: index } })
        return region.placeholder
      },
      fill: ({ address, shape, info }, value) => {
        this.#note({ kind: 'fill', at: list([address]), size: sizeOf(shape), dtype: info.dtype, value })
      },
      share: (name, jobs, memory) => {
        const scratch = memory && list([memory.address, memory.bytes])
        this.#note({ kind: 'share', name, jobs: jobs.map(list), scratch })
      },
    }
    const infos = [...call.inputs].map(([name, view]) => [name, { ...view, dataId: view.value }])
    const found = kernel(callOn(Object.fromEntries(infos) as NamedTensorInfoMap, host), call.attributes)
    for (const [i, { info }] of ('info' in found ? [found] : found).entries()) {
      const region = made.get(info.dataId)
      const output = call.outputs[i]
      if (!region || !output) throw new ClasError('bad-option', `the kernel ${call.name} gives back one of its inputs`)
      this.#memories.set(output.value, { region })
    }
    for (const each of lists) this.#regions.resolve(each)
  }

  #note(instruction: Instruction): number {
    return this.#instructions.push(instruction)
  }

  #memoryOf(value: Value): Memory {
    const known = this.#memories.get(value)
    if (known) return known
    const memory = { region: this.#regions.make(value.size * util.bytesPerElement(value.dtype)) }
    this.#memories.set(value, memory)
    return memory
  }

  /** The module, whose functions are noted. One that is given no address does nothing to memory: it is asked at once. */
  #recordingModule(note: (name: FunctionName, values: readonly number[]) => number): KernelModule {
    const { module } = this.#machine
    // Not of the module: what that exports may not be given out as something else.
    return new Proxy({} as KernelModule, {
      get(_, key) {
        const name = key as FunctionName
        return (...values: number[]) => (values.some(looksLikeAddress) ? note(name, values) : module[name](...values))
      },
    })
  }
}
