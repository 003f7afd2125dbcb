import type { Context } from './context.ts'
import type { Address } from './library.ts'
import { decodeUtf8, fields } from './protocol-buffer.ts'
import type { Attributes } from './runtime.ts'

/** One input of an operation. */
export interface InputDefinition {
  readonly name: string
  /** A list whose length is the attribute of this name; undefined for one tensor. */
  readonly length?: string
}

/** What an operation's inputs are, as the library says. */
export class OperationDefinitions {
  readonly #context: Context
  readonly #known = new Map<string, readonly InputDefinition[] | undefined>()
  #graph: Address | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * The length of each input's list, undefined for an input that is one tensor; undefined where no input is a list.
   *
   * @param inputs - how many tensors are given in all
   */
  lengths(operation: string, inputs: number, attributes: Attributes): (number | undefined)[] | undefined {
    const definition = this.#lookUp(operation)
    if (!definition) return undefined
    const names = new Set(definition.flatMap(({ length }) => length ?? []))
    const lists = definition.filter(({ length }) => length !== undefined).length
    // Where there is one length for all, the number of inputs says it.
    const shared = names.size === 1 ? (inputs - (definition.length - lists)) / lists : undefined
    return definition.map(({ length }) => {
      if (length === undefined || shared !== undefined) return length === undefined ? undefined : shared
      const given = attributes[length]
      return typeof given === 'object' && 'int' in given ? given.int : 0
    })
  }

  /** Undefined where no input is a list, or the name is a function's. */
  #lookUp(operation: string): readonly InputDefinition[] | undefined {
    if (this.#known.has(operation)) return this.#known.get(operation)
    const inputs = this.#ask(operation)
    const definition = inputs?.some(({ length }) => length !== undefined) ? inputs : undefined
    this.#known.set(operation, definition)
    return definition
  }

  #ask(operation: string): readonly InputDefinition[] | undefined {
    const { library, status } = this.#context
    this.#graph ??= library.TF_NewGraph()
    const buffer = library.TF_NewBuffer()
    try {
      library.TF_GraphGetOpDef(this.#graph, operation, buffer, status.address)
      if (library.TF_GetCode(status.address) !== 0) return undefined
      // struct TF_Buffer { const void *data; size_t length; ... }
      const head = new BigUint64Array(2)
      library.copyOut(head, buffer, 16)
      const bytes = new Uint8Array(Number(head[1]))
      library.copyOut(bytes, Number(head[0]), bytes.length)
      return parseInputs(bytes)
    } finally {
      library.TF_DeleteBuffer(buffer)
    }
  }
}

/** `OpDef.input_arg` (field 2): `ArgDef` with name (1), number_attr (5) and type_list_attr (6). */
function parseInputs(definition: Uint8Array): InputDefinition[] {
  const inputs: InputDefinition[] = []
  for (const { field, bytes } of fields(definition)) {
    if (field !== 2 || !bytes) continue
    let name = ''
    let length: string | undefined
    for (const member of fields(bytes)) {
      if (!member.bytes) continue
      if (member.field === 1) name = decodeUtf8(member.bytes)
      if ((member.field === 5 || member.field === 6) && member.bytes.length > 0) length = decodeUtf8(member.bytes)
    }
    inputs.push({ name, ...(length !== undefined && { length }) })
  }
  return inputs
}
