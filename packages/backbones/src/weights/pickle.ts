import { PickleMachine, type PickleRules } from './pickle-machine.ts'
import { OPCODES, REFUSED } from './pickle-opcodes.ts'
import type { PickleValue } from './pickle-values.ts'
import type { WeightFile } from './weight-file.ts'

/** An array takes some 50 steps, so this is a file of 80,000 arrays. */
const MOST_STEPS = 1 << 22

/**
 * Reads a Python pickle, protocols 2 to 4, without Python: no code of the file is run. Only the opcodes that such files
 * need are known and only the names that `rules` lists; anything else is `unsafe-file`. Every step takes a byte of
 * the file at least and makes one value at most, so memory is bounded by the file; values may be shared.
 *
 * @param start - where the pickle begins, in bytes
 * @returns its value, and where it ends
 */
export function unpickle(file: WeightFile, start: number, rules: PickleRules): { value: PickleValue; end: number } {
  const machine = new PickleMachine(file, start, rules)
  for (let step = 0; step < MOST_STEPS; step++) {
    const at = machine.beginStep()
    const opcode = machine.byte()
    if (opcode === STOP) return { value: machine.pop(), end: at + 1 }
    const run = OPCODES[opcode]
    if (run) run(machine)
    else if (REFUSED[opcode])
      file.unsafe(at, `its pickle has the opcode ${REFUSED[opcode]}, which files of weights don't need`)
    else file.corrupt(at, `expected an opcode of a pickle, found 0x${opcode.toString(16).padStart(2, '0')}`)
  }
  return file.unsafe(machine.offset, `its pickle has more than ${MOST_STEPS} steps`)
}

const STOP = 0x2e
