import { PickleGlobal, type PickleValue } from './pickle-values.ts'
import { Place, type WeightFile } from './weight-file.ts'

/** What clas makes of a call of a Python class or function. */
export type PickleCall = (args: readonly PickleValue[], place: Place) => PickleValue

/** What a kind of file may have in its pickle besides plain values. */
export interface PickleRules {
  /** By full name, `module.name`. Nothing else may be named. */
  readonly calls: Readonly<Record<string, PickleCall>>
  /** What stands for an object outside the pickle; default: there may be none. */
  readonly outside?: PickleCall
}

/** What opcodes work on: a stack with marks, a memo, and the file. */
export class PickleMachine {
  readonly file: WeightFile
  readonly memo: Map<number, PickleValue> = new Map()
  readonly #stack: PickleValue[] = []
  readonly #marks: number[] = []
  readonly #rules: PickleRules
  #step = 0
  #offset: number

  constructor(file: WeightFile, start: number, rules: PickleRules) {
    this.file = file
    this.#offset = start
    this.#rules = rules
  }

  get offset(): number {
    return this.#offset
  }

  /** Notes where the step is, for messages. */
  beginStep(): number {
    this.#step = this.#offset
    return this.#step
  }

  /** The place of the step. */
  get place(): Place {
    return new Place(this.file, this.#step)
  }

  /** Throws `corrupt-file`. */
  fail(problem: string): never {
    this.file.corrupt(this.#step, problem)
  }

  /** Moves past bytes that follow the opcode, and gives their offset. */
  take(size: number): number {
    const at = this.#offset
    this.file.need(at, size, 'a step of the pickle')
    this.#offset += size
    return at
  }

  byte(): number {
    return this.file.bytes[this.take(1)] as number
  }

  uint32(): number {
    return this.file.view.getUint32(this.take(4), true)
  }

  uint64(): number {
    return Number(this.file.view.getBigUint64(this.take(8), true))
  }

  /** A line of text, without its end. */
  line(): string {
    const from = this.#offset
    const length = this.file.bytes.subarray(from, from + LONGEST_NAME).indexOf(0x0a)
    if (length < 0) return this.fail(`expected a line of fewer than ${LONGEST_NAME} bytes`)
    this.take(length + 1)
    return this.file.text(from, from + length)
  }

  push(value: PickleValue): void {
    this.#stack.push(value)
  }

  /** Takes the last value, of those after the last mark. */
  pop(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) return this.fail('the stack of the pickle is empty')
    return this.#stack.pop() as PickleValue
  }

  top(): PickleValue {
    const value = this.pop()
    this.#stack.push(value)
    return value
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  /** Takes all values after the last mark. */
  popMarked(): PickleValue[] {
    return this.#stack.splice(this.#marks.pop() ?? this.fail('the stack of the pickle has no mark'))
  }

  /** A name that the rules allow. */
  global(module: PickleValue, name: PickleValue): PickleGlobal {
    if (typeof module !== 'string' || typeof name !== 'string') return this.fail('a name is not text')
    const full = `${module}.${name}`
    if (Object.hasOwn(this.#rules.calls, full)) return new PickleGlobal(full)
    return this.file.unsafe(
      this.#step,
      `its pickle asks for ${full} of Python, which files of weights don't need; save the weights alone, as a dict of arrays`,
    )
  }

  /** Calls a name. */
  call(callee: PickleValue, args: PickleValue): PickleValue {
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args))
      return this.fail('expected a function and its arguments')
    const run = this.#rules.calls[callee.name] as PickleCall
    return run(args, new Place(this.file, this.#step, `in a call of ${callee.name}, `))
  }

  /** An object outside the pickle. */
  outside(id: PickleValue): PickleValue {
    if (!this.#rules.outside) return this.fail('expected no object outside the pickle')
    return this.#rules.outside([id], this.place)
  }
}

const LONGEST_NAME = 256
