import { GRAPH_SETTERS, setAttributes } from './attributes.ts'
import { addressOf, type EagerRuntime } from './eager-runtime.ts'
import type { Address, Output } from './library.ts'
import { recomputations } from './recomputation.ts'
import type { Handle } from './runtime.ts'
import type { TracedOperation, TracedProgram, Value } from './trace.ts'

/** A program that is known to the context as one operation. */
export interface GraphFunction {
  /** Runs it. The outputs are the caller's. */
  call(inputs: readonly Handle[]): readonly Handle[]
  /** Constants that are given at each call: the function does not hold a copy, they must live as long as it. */
  readonly captured: readonly Handle[]
  /** Takes it out of the context. */
  remove(): void
}

/** Constants of more elements than this are not copied into the graph. Shapes and axes must be in it. */
const LARGEST_EMBEDDED = 256

let functions = 0

/** Makes a graph of a program and of the graph a function of the context. */
export function graphFunction(runtime: EagerRuntime, program: TracedProgram): GraphFunction {
  const { library, status, address: context } = runtime.context
  const graph = library.TF_NewGraph()
  const name = `clas_step_${++functions}`
  const isCaptured = ({ shape }: Handle): boolean => shape.reduce((a, b) => a * b, 1) > LARGEST_EMBEDDED
  const captured = program.constants.filter(isCaptured)
  try {
    const builder = new GraphBuilder(runtime, graph)
    const inputs = program.inputs.map(({ type, shape }, i) => builder.placeholder(`input_${i}`, type, shape))
    const captures = captured.map(({ type, shape }, i) => builder.placeholder(`capture_${i}`, type, shape))
    const constants = program.constants.map((handle, i) => {
      return captures[captured.indexOf(handle)] ?? builder.constant(`constant_${i}`, handle)
    })
    const results: Address[] = []
    const find = (value: Value): Output => {
      if ('input' in value) return inputs[value.input] as Output
      if ('constant' in value) return constants[value.constant] as Output
      return { oper: results[value.operation] as Address, index: value.output }
    }
    const waits = recomputations(program, (constant) => {
      return isCaptured(constant) ? `captured ${captured.indexOf(constant)}` : contentOf(runtime, constant)
    })
    program.operations.forEach((operation, i) => {
      const after = results[waits.get(i) ?? -1]
      results.push(builder.add(operation, `${operation.operation}_${i}`, operation.inputs.map(find), after))
    })
    // An output must be a result of its own: an input that is handed on, or a tensor that is returned twice, is not.
    const outputs = program.outputs.map((value, i) => {
      const oper = builder.add(IDENTITY, `output_${i}`, [find(value)])
      return { oper, index: 0 }
    })
    const parameters = [...inputs, ...captures]
    const made = library.TF_GraphToFunction(
      ...([
        graph,
        name,
        0,
        -1,
        null,
        parameters.length,
        parameters,
        outputs.length,
        outputs,
        null,
        null,
        null,
      ] as const),
      status.address,
    )
    status.check('TF_GraphToFunction')
    library.TFE_ContextAddFunction(context, made, status.address)
    library.TF_DeleteFunction(made)
    status.check('TFE_ContextAddFunction')
  } finally {
    library.TF_DeleteGraph(graph)
  }
  return {
    captured,
    call: (inputs) => runtime.execute(name, {}, [...inputs, ...captured], program.outputs.length),
    remove: () => {
      library.TFE_ContextRemoveFunction(context, name, status.address)
      status.check('TFE_ContextRemoveFunction')
    },
  }
}

function contentOf(runtime: EagerRuntime, constant: Handle): string {
  return `${constant.type} [${constant.shape}] ${runtime.readRaw(constant)}`
}

const IDENTITY: TracedOperation = { operation: 'Identity', attributes: {}, inputs: [], outputs: 1 }

class GraphBuilder {
  readonly #runtime: EagerRuntime
  readonly #graph: Address

  constructor(runtime: EagerRuntime, graph: Address) {
    this.#runtime = runtime
    this.#graph = graph
  }

  placeholder(name: string, type: number, shape: readonly number[] | undefined): Output {
    const operation = {
      operation: 'Placeholder',
      attributes: { dtype: { type }, ...(shape && { shape: { shape } }) },
      inputs: [],
      outputs: 1,
    }
    return { oper: this.add(operation, name, []), index: 0 }
  }

  constant(name: string, handle: Handle): Output {
    const { library, status } = this.#runtime.context
    const tensor = library.TFE_TensorHandleResolve(addressOf(handle), status.address)
    status.check('TFE_TensorHandleResolve')
    const description = library.TF_NewOperation(this.#graph, 'Const', name)
    library.TF_SetAttrTensor(description, 'value', tensor, status.address)
    library.TF_SetAttrType(description, 'dtype', handle.type)
    const oper = library.TF_FinishOperation(description, status.address)
    library.TF_DeleteTensor(tensor)
    status.check('Const')
    return { oper, index: 0 }
  }

  /** @param after - an operation that must have run before */
  add({ operation, attributes }: TracedOperation, name: string, inputs: readonly Output[], after?: Address): Address {
    const { definitions, context } = this.#runtime
    const { library, status } = context
    const description = library.TF_NewOperation(this.#graph, operation, name)
    const lengths = definitions.lengths(operation, inputs.length, attributes) ?? inputs.map(() => undefined)
    let at = 0
    for (const length of lengths) {
      if (length === undefined) library.TF_AddInput(description, inputs[at] as Output)
      else library.TF_AddInputList(description, inputs.slice(at, at + length), length)
      at += length ?? 1
    }
    if (after !== undefined) library.TF_AddControlInput(description, after)
    setAttributes(GRAPH_SETTERS, library, description, attributes, status)
    const oper = library.TF_FinishOperation(description, status.address)
    status.check(operation)
    return oper
  }
}
