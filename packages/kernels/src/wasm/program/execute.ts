import { kernelsOf, memoryOf } from '../backend.ts'
import { runForeign } from './foreign.ts'
import type { Instruction, Memory } from './instruction.ts'
import type { LinkedProgram } from './link.ts'
import type { ProgramBackend } from './program-backend.ts'

/** Runs instructions whose memory is placed. What kernels of tfjs allocate meanwhile is added to what is owned. */
export function execute(backend: ProgramBackend, { instructions, freed }: LinkedProgram, owned: Set<Memory>): void {
  const { module, team } = kernelsOf(backend)
  for (const [i, instruction] of instructions.entries()) {
    switch (instruction.kind) {
      case 'call':
        module[instruction.name](...instruction.values)
        break
      case 'share': {
        const { name, jobs, scratch: [address, bytes] = [] } = instruction
        if (address === undefined || bytes === undefined) team.run(name, jobs)
        else team.run(name, jobs, { address, bytes })
        break
      }
      case 'fill':
        fill(memoryOf(backend), instruction)
        break
      default:
        runForeign(backend, instruction, owned)
    }
    for (const memory of freed.get(i) ?? []) {
      owned.delete(memory)
      backend.disposeData(memory.dataId as object)
    }
  }
}

function fill(
  { buffer }: WebAssembly.Memory,
  { at, size, dtype, value }: Extract<Instruction, { kind: 'fill' }>,
): void {
  const Numbers = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array
  new Numbers(buffer, at[0] as number, size).fill(value)
}
