import { ClasError } from '@clas/core'
import { backend as currentBackend, engine, type Tensor } from '@tensorflow/tfjs-core'
import type { Program } from '../../compile/step-compiler.ts'
import { kernelsOf } from '../backend.ts'
import { allocateOutput } from '../call.ts'
import { Arena } from './arena.ts'
import type { Constant } from './constant.ts'
import { execute } from './execute.ts'
import { fuse } from './fuse.ts'
import type { Memory } from './instruction.ts'
import { type LinkedProgram, link } from './link.ts'
import { mostAtOnce, type Place, type Plan, planMemory } from './plan.ts'
import type { ProgramBackend } from './program-backend.ts'
import type { TracedProgram, Value, View } from './trace.ts'

/** Intermediate results as large as this have a block of their own, which finds room where an earlier one was. */
const BLOCK = 2 ** 20

interface Result {
  readonly view: View
  readonly memory: Memory
}

/** Runs the instructions of a linked program on memory that was planned. */
export class WasmProgram implements Program {
  readonly peakBytes: number
  readonly #backend: ProgramBackend
  readonly #arena: Arena
  readonly #linked: LinkedProgram
  readonly #plan: Plan
  readonly #inputs: readonly Memory[]
  readonly #constants: readonly (readonly [Constant, Memory])[]
  readonly #outputs: readonly Result[]
  /** Those that the program allocates. */
  readonly #allocated: readonly Result[]

  /** @throws `out-of-memory` */
  constructor(backend: ProgramBackend, traced: TracedProgram) {
    const program = fuse(traced)
    const { module, team } = kernelsOf(backend)
    const linked = link(program, { module, threads: team.threads })
    const plan = planMemory(
      linked.pieces.map(({ interval }) => interval),
      BLOCK,
    )
    const memoryOf = (value: Value): Memory => linked.memories.get(value) as Memory
    this.#backend = backend
    this.#linked = linked
    this.#plan = plan
    this.#inputs = program.inputs.map(memoryOf)
    this.#constants = [...program.constants].map(([value, constant]) => [constant, memoryOf(value)])
    this.#outputs = program.outputs.map((view) => ({ view, memory: memoryOf(view.value) }))
    const made = program.calls.flatMap(({ kernel, outputs }) => ('own' in kernel ? outputs : []))
    const views = new Map(made.flatMap((view) => (view ? [[view.value, view] as const] : [])))
    const returned = new Set(program.outputs.map(({ value }) => value))
    this.#allocated = [...returned].flatMap((value) => {
      const view = views.get(value)
      return view ? [{ view, memory: memoryOf(value) }] : []
    })
    const given = new Set([...this.#inputs, ...this.#constants.map(([, memory]) => memory)])
    const results = [...returned].map(memoryOf).filter((memory) => !given.has(memory))
    this.peakBytes = sum(plan.blocks) + mostAtOnce(linked.foreign) + sum(results.map(({ region }) => region.bytes))
    this.#arena = Arena.of(backend)
    try {
      this.#arena.reserve(this, plan.blocks)
    } catch (error) {
      this.#arena.letGo(this)
      throw error
    }
    for (const [constant] of this.#constants) constant.hold()
  }

  run(inputs: readonly Tensor[]): Tensor[] {
    if ((currentBackend() as unknown) !== this.#backend) {
      const message = 'a compiled step runs only on the backend that it was compiled for; compile it anew'
      throw new ClasError('backend-not-ready', message, {})
    }
    const owned = new Set<Memory>()
    try {
      this.#place(inputs, owned)
      execute(this.#backend, this.#linked, owned)
      return this.#outputs.map((output) => this.#give(output, owned))
    } finally {
      for (const { dataId } of owned) this.#backend.disposeData(dataId as object)
    }
  }

  dispose(): void {
    this.#arena.letGo(this)
    for (const [constant] of this.#constants) constant.letGo()
  }

  /** Says where everything lies in this run. */
  #place(inputs: readonly Tensor[], owned: Set<Memory>): void {
    const known = (memory: Memory, dataId: object): void => {
      memory.dataId = dataId
      memory.region.place(this.#backend.dataIdMap.get(dataId).memoryOffset)
    }
    const blocks = this.#arena.reserve(this, this.#plan.blocks)
    for (const [i, { regions }] of this.#linked.pieces.entries()) {
      const { block, offset } = this.#plan.places[i] as Place
      for (const region of regions) region.place((blocks[block] as number) + offset)
    }
    for (const [constant, memory] of this.#constants) known(memory, constant.dataId)
    for (const [i, memory] of this.#inputs.entries()) known(memory, (inputs[i] as Tensor).dataId)
    for (const { view, memory } of this.#allocated) {
      known(memory, allocateOutput(this.#backend, view.shape, view.dtype).dataId)
      owned.add(memory)
    }
  }

  /** The caller's own tensor. The first one of what the program made takes it over, others share it. */
  #give({ view, memory }: Result, owned: Set<Memory>): Tensor {
    const dataId = memory.dataId as object
    if (!owned.delete(memory)) this.#backend.incRef(dataId)
    return engine().makeTensorFromTensorInfo({ dataId, shape: [...view.shape], dtype: view.dtype })
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
