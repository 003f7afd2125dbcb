import { backend } from '@tensorflow/tfjs-core'
import { registerStepCompiler } from '../../compile/step-compiler.ts'
import type { ProgramBackend } from './program-backend.ts'
import { WasmRecording } from './recording.ts'

/** Makes known that the backend `wasm` can compile steps. */
export function registerWasmCompiler(): void {
  registerStepCompiler('wasm', { record: () => new WasmRecording(backend() as unknown as ProgramBackend) })
}
