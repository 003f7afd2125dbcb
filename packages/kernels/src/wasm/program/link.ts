import { ClasError } from '@clas/core'
import { type NamedTensorInfoMap, util } from '@tensorflow/tfjs-core'
import { type CallHost, callOn, type Operand, sizeOf } from '../call.ts'
import type { KernelModule } from '../instantiate.ts'
import type { FunctionName } from '../team.ts'
import type { Instruction, Memory } from './instruction.ts'
import type { Interval } from './plan.ts'
import { looksLikeAddress, type Region, Regions } from './region.ts'
import type { TracedCall, TracedProgram, Value } from './trace.ts'

/** A program whose addresses are open. */
export interface LinkedProgram {
  readonly instructions: readonly Instruction[]
  readonly memories: ReadonlyMap<Value, Memory>
  /** What lies in the arena, and when. */
  readonly planned: readonly { readonly region: Region; readonly interval: Interval }[]
  /** What kernels of tfjs allocate, but for results, and after which instruction it is freed. */
  readonly freed: ReadonlyMap<number, readonly Memory[]>
  /** The most bytes of that at one time. */
  readonly foreign: readonly Interval[]
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
  readonly #regions = new Regions()
  readonly #instructions: Instruction[] = []
  readonly #memories = new Map<Value, Memory>()
  readonly #planned: { region: Region; interval: { bytes: number; first: number; last: number } }[] = []
  readonly #lives = new Map<Value, { bytes: number; first: number; last: number }>()
  readonly #results: ReadonlySet<Value>
  readonly #foreign = new Set<Value>()

  constructor(program: TracedProgram, machine: Machine) {
    this.#program = program
    this.#machine = machine
    this.#results = new Set(program.outputs.map(({ value }) => value))
  }

  add(call: TracedCall, index: number): void {
    const { name, attributes, inputs, kernel } = call
    if (looksLikeAddress(attributes)) {
      throw new ClasError('bad-option', `an attribute of ${name} is larger than a program can take`, { attributes })
    }
    for (const { value } of inputs.values()) {
      const life = this.#lives.get(value)
      if (life) life.last = index
    }
    if ('own' in kernel) this.#addOwn(call, index, kernel.own)
    else {
      const given = [...inputs].map(([key, view]) => [key, view, this.#memoryOf(view.value)] as const)
      const outputs = call.outputs.map((view) => {
        if (!view) return undefined
        this.#foreign.add(view.value)
        this.#lives.set(view.value, { bytes: bytesOf(view.value), first: index, last: index })
        return { view, memory: this.#memoryOf(view.value) }
      })
      this.#instructions.push({ kind: 'foreign', name, attributes, kernel: kernel.foreign, inputs: given, outputs })
    }
    this.#ends.push(this.#instructions.length - 1)
  }

  /** The last instruction of each call. */
  readonly #ends: number[] = []

  #addOwn(
    call: TracedCall,
    index: number,
    kernel: (call: ReturnType<typeof callOn>, attributes: unknown) => Operand | readonly Operand[],
  ): void {
    const infos = Object.fromEntries(
      [...call.inputs].map(([name, view]) => [name, { dataId: view.value, shape: view.shape, dtype: view.dtype }]),
    )
    const lists: number[][] = []
    const list = (values: readonly number[]): number[] => {
      const copy = [...values]
      lists.push(copy)
      return copy
    }
    const made = new Map<object, Memory>()
    const scratch = (bytes: number): Region => {
      const region = this.#regions.make(bytes)
      this.#planned.push({ region, interval: { bytes, first: index, last: index } })
      return region
    }
    const host: CallHost = {
      module: this.#recordingModule((name, values) =>
        this.#instructions.push({ kind: 'call', name, values: list(values) }),
      ),
      threads: this.#machine.threads,
      address: ({ dataId }) => (made.get(dataId) ?? this.#memoryOf(dataId as Value)).region.placeholder,
      allocate: (shape, dtype) => {
        const dataId = {}
        const bytes = util.bytesPerElement(dtype) * sizeOf(shape)
        made.set(dataId, { region: this.#regions.make(bytes) })
        return { dataId, shape: [...shape], dtype }
      },
      scratch: (floats) => scratch(4 * floats).placeholder,
      fill: ({ address, shape, info }, value) =>
        this.#instructions.push({ kind: 'fill', at: list([address]), size: sizeOf(shape), dtype: info.dtype, value }),
      share: (name, jobs, memory) =>
        this.#instructions.push({
          kind: 'share',
          name,
          jobs: jobs.map(list),
          scratch: memory && list([memory.address, memory.bytes]),
        }),
    }
    const found = kernel(callOn(infos as unknown as NamedTensorInfoMap, host), call.attributes)
    const operands = 'info' in found ? [found] : found
    for (const [i, { info }] of operands.entries()) {
      const memory = made.get(info.dataId)
      const output = call.outputs[i]
      if (!memory || !output) throw new ClasError('bad-option', `the kernel ${call.name} gives back one of its inputs`)
      this.#memories.set(output.value, memory)
      this.#lives.set(output.value, { bytes: memory.region.bytes, first: index, last: index })
    }
    for (const each of lists) this.#regions.resolve(each)
  }

  finish(): LinkedProgram {
    const { inputs, constants } = this.#program
    const freed = new Map<number, Memory[]>()
    const foreign: Interval[] = []
    for (const [value, interval] of this.#lives) {
      if (this.#results.has(value)) continue
      const memory = this.#memories.get(value) as Memory
      if (!this.#foreign.has(value)) this.#planned.push({ region: memory.region, interval })
      else {
        foreign.push(interval)
        const end = this.#ends[interval.last] as number
        freed.set(end, [...(freed.get(end) ?? []), memory])
      }
    }
    for (const value of [...inputs, ...constants.keys()]) this.#memoryOf(value)
    return { instructions: this.#instructions, memories: this.#memories, planned: this.#planned, freed, foreign }
  }

  #memoryOf(value: Value): Memory {
    const known = this.#memories.get(value)
    if (known) return known
    const memory = { region: this.#regions.make(bytesOf(value)) }
    this.#memories.set(value, memory)
    return memory
  }

  /** The module, whose functions are noted. One that is given no address does nothing to memory: it is asked at once. */
  #recordingModule(note: (name: FunctionName, values: readonly number[]) => void): KernelModule {
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

function bytesOf({ size, dtype }: Value): number {
  return size * util.bytesPerElement(dtype)
}
