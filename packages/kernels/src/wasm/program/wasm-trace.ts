import type { Program, Trace } from '../../compile/step-compiler.ts'
import { programDifference } from './difference.ts'
import type { ProgramBackend } from './program-backend.ts'
import type { TracedProgram } from './trace.ts'
import { WasmProgram } from './wasm-program.ts'

/** The record of one run. */
export class WasmTrace implements Trace {
  readonly program: TracedProgram
  readonly #backend: ProgramBackend

  constructor(backend: ProgramBackend, program: TracedProgram) {
    this.#backend = backend
    this.program = program
  }

  difference(other: Trace): string | undefined {
    return programDifference(
      this.program,
      (other as WasmTrace).program,
      ({ dataId }) => this.#backend.readSync(dataId) as ArrayBufferView,
    )
  }

  compile(): Program {
    return new WasmProgram(this.#backend, this.program)
  }

  dispose(): void {
    for (const constant of this.program.constants.values()) constant.letGo()
  }
}
