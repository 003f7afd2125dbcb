import { backend, type Tensor } from '@tensorflow/tfjs-core'
import { graphFunction } from './graph.ts'
import { openRuntime } from './open-runtime.ts'
import { type Handle, TYPES } from './runtime.ts'
import type { TensorAccess } from './tensor-access.ts'
import { traceOf } from './trace.ts'

/** What a function gave eagerly, and what a program of the same operations gives. */
interface Bits {
  readonly eager: readonly Uint8Array[]
  readonly program: readonly Uint8Array[]
}

/**
 * Runs a function eagerly and as a program. Its float tensors are inputs of the program though the function makes them,
 * so that nothing of it is computed beforehand. The backend must be `tensorflow`.
 */
export async function bitsOf(f: () => readonly Tensor[]): Promise<Bits> {
  const { recording } = await openRuntime()
  const { eager } = recording
  const access = backend() as unknown as TensorAccess
  recording.start()
  const outputs = f().map((tensor) => access.handleOf(tensor))
  return recording.stop((operations) => {
    const made = new Set(operations.flatMap(({ outputs }) => outputs))
    const taken = new Set(operations.flatMap(({ inputs }) => inputs).filter((handle) => !made.has(handle)))
    const inputs = [...taken].filter(({ type }) => type === TYPES.float32)
    const program = graphFunction(eager, traceOf(operations, inputs, outputs))
    const results = program.call(inputs)
    const read = (handles: readonly Handle[]): Uint8Array[] => {
      return handles.map((handle) => {
        const { buffer, byteOffset, byteLength } = eager.readRaw(handle)
        return new Uint8Array(buffer, byteOffset, byteLength)
      })
    }
    const bits = { eager: read(outputs), program: read(results) }
    for (const result of results) eager.release(result)
    program.remove()
    return bits
  })
}
