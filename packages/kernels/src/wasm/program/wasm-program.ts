import { ClasError } from '@clas/core'
import { backend as currentBackend, engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Program } from '../../compile/step-compiler.ts'
import { kernelsOf, memoryOf } from '../backend.ts'
import { allocateOutput } from '../call.ts'
import { fuse } from './fuse.ts'
import { Arena } from './arena.ts'
import type { Constant } from './constant.ts'
import { runForeign } from './foreign.ts'
import type { Instruction, Memory } from './instruction.ts'
import { type LinkedProgram, link } from './link.ts'
import { mostAtOnce, type Place, type Plan, planMemory } from './plan.ts'
import type { ProgramBackend } from './program-backend.ts'
import type { TracedProgram, Value, View } from './trace.ts'

/** Intermediate results as large as this have a block of their own, which finds room where an earlier one was. */
const BLOCK = 2 ** 20

/** Runs the instructions of a linked program on memory that it planned. */
export class WasmProgram implements Program {
  readonly peakBytes: number
  readonly #backend: ProgramBackend
  readonly #arena: Arena
  readonly #linked: LinkedProgram
  readonly #plan: Plan
  readonly #inputs: readonly Memory[]
  readonly #constants: readonly (readonly [Constant, Memory])[]
  readonly #outputs: readonly { readonly view: View; readonly memory: Memory }[]
  /** Results that the program allocates, each once. */
  readonly #results: readonly { readonly view: View; readonly memory: Memory }[]

  constructor(backend: ProgramBackend, program: TracedProgram) {
    const { module, team } = kernelsOf(backend)
    const fused = process.env.NOFUSE ? program : fuse(program)
    const linked = link(fused, { module, threads: team.threads })
    const plan = planMemory(
      linked.planned.map(({ interval }) => interval),
      BLOCK,
    )
    const bytes = plan.blocks.reduce((sum, block) => sum + block, 0)
    const memoryOfValue = (value: Value): Memory => linked.memories.get(value) as Memory
    if (process.env.DBG) {
      console.log(
        'plan',
        bytes / 2 ** 20,
        plan.blocks.length,
        'least',
        mostAtOnce(linked.planned.map(({ interval }) => interval)) / 2 ** 20,
        'regions',
        linked.planned.length,
        'instr',
        linked.instructions.length,
        'calls',
        fused.calls.length,
      )
      const f = new Map<string, number>()
      for (const c of fused.calls) {
        const k =
          ('foreign' in c.kernel ? 'FOREIGN ' : '') +
          c.name +
          ' ' +
          (process.env.DBG === '2' ? [...c.inputs.values()].map((v) => v.shape.join('x')).join(' ') : '')
        f.set(k, (f.get(k) ?? 0) + 1)
      }
      for (const [k, v] of f) console.log(v, k)
    }
    this.#backend = backend
    this.#linked = linked
    this.#plan = plan
    this.#inputs = program.inputs.map(memoryOfValue)
    this.#constants = [...program.constants].map(([value, constant]) => [constant, memoryOfValue(value)])
    this.#outputs = program.outputs.map((view) => ({ view, memory: memoryOfValue(view.value) }))
    const made = new Set(
      fused.calls.flatMap(({ kernel, outputs }) => ('own' in kernel ? outputs.map((view) => view?.value) : [])),
    )
    this.#results = this.#outputs.filter(
      ({ view: { value } }, i) => made.has(value) && program.outputs.findIndex((other) => other.value === value) === i,
    )
    const distinct = new Set(this.#outputs.map(({ memory }) => memory))
    for (const given of [...this.#inputs, ...this.#constants.map(([, memory]) => memory)]) distinct.delete(given)
    this.peakBytes =
      bytes + mostAtOnce(linked.foreign) + [...distinct].reduce((sum, { region }) => sum + region.bytes, 0)
    this.#arena = Arena.of(backend)
    this.#arena.reserve(this, plan.blocks)
    for (const constant of program.constants.values()) constant.hold()
  }

  run(inputs: readonly Tensor[]): Tensor[] {
    if ((currentBackend() as unknown) !== this.#backend) {
      throw new ClasError(
        'backend-not-ready',
        'a compiled step runs on the backend that it was compiled for; compile it again',
        {},
      )
    }
    const owned = new Set<Memory>()
    try {
      this.#place(inputs, owned)
      this.#execute(owned)
      return this.#outputs.map((output) => this.#give(output, owned))
    } finally {
      for (const memory of owned) this.#backend.disposeData(memory.dataId as object)
    }
  }

  dispose(): void {
    this.#arena.letGo(this)
    for (const [constant] of this.#constants) constant.letGo()
  }

  /** Says where everything lies in this run. */
  #place(inputs: readonly Tensor[], owned: Set<Memory>): void {
    const { dataIdMap } = this.#backend
    const known = (memory: Memory, dataId: object): void => {
      memory.dataId = dataId
      memory.region.place(dataIdMap.get(dataId).memoryOffset)
    }
    const blocks = this.#arena.reserve(this, this.#plan.blocks)
    for (const [i, { region }] of this.#linked.planned.entries()) {
      const { block, offset } = this.#plan.places[i] as Place
      region.place((blocks[block] as number) + offset)
    }
    for (const [constant, memory] of this.#constants) known(memory, constant.dataId)
    // Of data that is given twice both are the same.
    for (const [i, memory] of this.#inputs.entries()) known(memory, (inputs[i] as Tensor).dataId)
    for (const { view, memory } of this.#results) {
      known(memory, allocateOutput(this.#backend, view.shape, view.value.dtype).dataId)
      owned.add(memory)
    }
  }

  #execute(owned: Set<Memory>): void {
    const { instructions, freed } = this.#linked
    const { module, team } = kernelsOf(this.#backend)
    const T = ((globalThis as any).TIMES ??= new Map<string, number[]>())
    for (const [i, instruction] of instructions.entries()) {
      const t0 = performance.now()
      switch (instruction.kind) {
        case 'call':
          module[instruction.name](...instruction.values)
          break
        case 'share': {
          const { name, jobs, scratch } = instruction
          team.run(name, jobs, scratch && { address: scratch[0] as number, bytes: scratch[1] as number })
          break
        }
        case 'fill':
          fill(memoryOf(this.#backend), instruction)
          break
        default:
          runForeign(this.#backend, instruction, owned)
      }
      { const k = instruction.kind + ' ' + instruction.name; const e = T.get(k) ?? [0, 0]; e[0] += performance.now() - t0; e[1]++; T.set(k, e) }
      for (const memory of freed.get(i) ?? []) {
        owned.delete(memory)
        this.#backend.disposeData(memory.dataId as object)
      }
    }
  }

  /** The caller's own tensor. What the program made is the first one's, and shared by the others. */
  #give({ view, memory }: { readonly view: View; readonly memory: Memory }, owned: Set<Memory>): Tensor {
    const dataId = memory.dataId as object
    if (!owned.delete(memory)) this.#backend.incRef(dataId)
    const info: TensorInfo = { dataId, shape: [...view.shape], dtype: view.dtype }
    return engine().makeTensorFromTensorInfo(info)
  }
}

function fill(
  { buffer }: WebAssembly.Memory,
  { at, size, dtype, value }: Extract<Instruction, { kind: 'fill' }>,
): void {
  const [address = 0] = at
  const Numbers = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array
  new Numbers(buffer, address, size).fill(value)
}
