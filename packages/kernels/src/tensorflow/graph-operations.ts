import type { EagerRuntime } from './eager-runtime.ts'
import { type GraphFunction, graphFunction } from './graph.ts'
import type { Handle } from './runtime.ts'

/**
 * Operations of one input and one output that oneDNN computes in a graph and not eagerly: the last bits differ. Of all
 * operations that kernels here are made of it is this one.
 */
const IN_GRAPHS: ReadonlySet<string> = new Set(['Softmax'])

/**
 * Runs each of some operations as a graph of its own, so that an eager step gives the bits of a compiled one. It is
 * faster, too.
 */
export class GraphOperations {
  readonly #runtime: EagerRuntime
  readonly #functions = new Map<string, GraphFunction>()

  constructor(runtime: EagerRuntime) {
    this.#runtime = runtime
  }

  has(operation: string): boolean {
    return IN_GRAPHS.has(operation)
  }

  execute(operation: string, input: Handle): readonly Handle[] {
    const key = `${operation} ${input.type}`
    const known = this.#functions.get(key) ?? this.#make(operation, input.type)
    this.#functions.set(key, known)
    return known.call([input])
  }

  #make(operation: string, type: number): GraphFunction {
    return graphFunction(this.#runtime, {
      inputs: [{ type }],
      constants: [],
      operations: [{ operation, attributes: {}, inputs: [{ input: 0 }], outputs: 1 }],
      outputs: [{ operation: 0, output: 0 }],
    })
  }
}
