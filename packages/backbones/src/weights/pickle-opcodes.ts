import type { PickleMachine } from './pickle-machine.ts'
import { ByteRange, PickleObject, type PickleValue } from './pickle-values.ts'

/** The opcodes that are read, by their byte: those that Python writes for protocols 2 to 4 and plain data. */
export const OPCODES: Readonly<Record<number, (machine: PickleMachine) => void>> = {
  128: proto,
  149: frame,
  // Values.
  78: (machine) => machine.push(null), // NONE
  136: (machine) => machine.push(true), // NEWTRUE
  137: (machine) => machine.push(false), // NEWFALSE
  75: (machine) => machine.push(machine.byte()), // BININT1
  77: (machine) => machine.push(machine.file.view.getUint16(machine.take(2), true)), // BININT2
  74: (machine) => machine.push(machine.file.view.getInt32(machine.take(4), true)), // BININT
  138: long1,
  71: (machine) => machine.push(machine.file.view.getFloat64(machine.take(8))), // BINFLOAT
  140: (machine) => text(machine, machine.byte()), // SHORT_BINUNICODE
  88: (machine) => text(machine, machine.uint32()), // BINUNICODE
  141: (machine) => text(machine, machine.uint64()), // BINUNICODE8
  67: (machine) => bytes(machine, machine.byte()), // SHORT_BINBYTES
  66: (machine) => bytes(machine, machine.uint32()), // BINBYTES
  142: (machine) => bytes(machine, machine.uint64()), // BINBYTES8
  85: (machine) => machine.push(latin1(machine, machine.byte())), // SHORT_BINSTRING, of Python 2
  84: (machine) => bytes(machine, machine.uint32()), // BINSTRING, of Python 2
  // Lists, tuples and dicts.
  40: (machine) => machine.mark(), // MARK
  93: (machine) => machine.push([]), // EMPTY_LIST
  97: (machine) => append(machine, [machine.pop()]), // APPEND
  101: (machine) => append(machine, machine.popMarked()), // APPENDS
  41: (machine) => machine.push([]), // EMPTY_TUPLE
  133: (machine) => machine.push([machine.pop()]), // TUPLE1
  134: (machine) => tuple(machine, 2), // TUPLE2
  135: (machine) => tuple(machine, 3), // TUPLE3
  116: (machine) => machine.push(machine.popMarked()), // TUPLE
  125: (machine) => machine.push(new Map()), // EMPTY_DICT
  115: (machine) => setItems(machine, [machine.pop(), machine.pop()].reverse()), // SETITEM
  117: (machine) => setItems(machine, machine.popMarked()), // SETITEMS
  // The memo.
  113: (machine) => machine.memo.set(machine.byte(), machine.top()), // BINPUT
  114: (machine) => machine.memo.set(machine.uint32(), machine.top()), // LONG_BINPUT
  148: (machine) => machine.memo.set(machine.memo.size, machine.top()), // MEMOIZE
  104: (machine) => recall(machine, machine.byte()), // BINGET
  106: (machine) => recall(machine, machine.uint32()), // LONG_BINGET
  // Objects.
  99: (machine) => machine.push(machine.global(machine.line(), machine.line())), // GLOBAL
  147: stackGlobal,
  82: call, // REDUCE
  129: call, // NEWOBJ
  98: build,
  81: (machine) => machine.push(machine.outside(machine.pop())), // BINPERSID
}

/** Names of the opcodes that Python has and files of weights don't need. */
export const REFUSED: Readonly<Record<number, string>> = {
  48: 'POP',
  49: 'POP_MARK',
  50: 'DUP',
  70: 'FLOAT',
  73: 'INT',
  76: 'LONG',
  80: 'PERSID',
  83: 'STRING',
  86: 'UNICODE',
  100: 'DICT',
  103: 'GET',
  105: 'INST',
  108: 'LIST',
  111: 'OBJ',
  112: 'PUT',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  139: 'LONG4',
  143: 'EMPTY_SET',
  144: 'ADDITEMS',
  145: 'FROZENSET',
  146: 'NEWOBJ_EX',
  150: 'BYTEARRAY8',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
}

/** Longer texts stay in the file: they hold an array's bytes. */
const LONGEST_TEXT = 4096
const LONGEST_INTEGER = 16

function proto(machine: PickleMachine): void {
  const protocol = machine.byte()
  if (protocol < 2 || protocol > 4) machine.fail(`found protocol ${protocol} of pickle; 2 to 4 are read`)
}

/** A frame says how much to read ahead, which is of no use here. */
function frame(machine: PickleMachine): void {
  machine.file.need(machine.offset + 8, machine.uint64(), 'a frame of the pickle')
}

function long1(machine: PickleMachine): void {
  const size = machine.byte()
  if (size > LONGEST_INTEGER) machine.fail(`found an integer of ${size} bytes; ${LONGEST_INTEGER} are read`)
  const from = machine.take(size)
  let value = 0n
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(machine.file.bytes[from + i] as number)
  const signed = BigInt.asIntN(8 * size, value)
  machine.push(Number.isSafeInteger(Number(signed)) ? Number(signed) : signed)
}

function text(machine: PickleMachine, size: number): void {
  const from = machine.take(size)
  const stays = size > LONGEST_TEXT
  machine.push(stays ? new ByteRange(from, from + size, 'utf-8') : machine.file.text(from, from + size))
}

function bytes(machine: PickleMachine, size: number): void {
  const from = machine.take(size)
  machine.push(new ByteRange(from, from + size, 'bytes'))
}

function latin1(machine: PickleMachine, size: number): string {
  const from = machine.take(size)
  return String.fromCharCode(...machine.file.bytes.subarray(from, from + size))
}

function tuple(machine: PickleMachine, size: number): void {
  const items = Array.from({ length: size }, () => machine.pop())
  machine.push(items.reverse())
}

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.top()
  if (!Array.isArray(list)) machine.fail('expected a list to append to')
  for (const item of items) list.push(item)
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const dict = machine.top()
  if (!(dict instanceof Map) || items.length % 2 !== 0) machine.fail('expected a dict, keys and values')
  for (let i = 0; i < items.length; i += 2) dict.set(items[i] as PickleValue, items[i + 1] as PickleValue)
}

function recall(machine: PickleMachine, index: number): void {
  const value = machine.memo.get(index)
  machine.push(value === undefined ? machine.fail(`nothing has been put at ${index} of the memo`) : value)
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop()
  machine.push(machine.global(machine.pop(), name))
}

function call(machine: PickleMachine): void {
  const args = machine.pop()
  machine.push(machine.call(machine.pop(), args))
}

/** Attributes of a dict's subclass are dropped: state dicts have their modules' versions there. */
function build(machine: PickleMachine): void {
  const state = machine.pop()
  const object = machine.top()
  if (object instanceof Map) return
  if (!(object instanceof PickleObject)) machine.fail('expected an object to give its state to')
  object.setState(state, machine.place)
}
