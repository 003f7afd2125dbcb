// A WebAssembly module of a few bytes, assembled here: nothing but 128-bit multiplications and additions.

/** Chains of operations that don't wait for each other: enough to hide an operation's latency, few enough for registers. */
export const CHAINS = 12
/** Steps of every chain in one turn of the loop. */
const UNROLLED = 8
/** Arithmetic operations of one turn: four lanes, a multiplication and an addition. */
export const OPERATIONS_PER_TURN: number = CHAINS * UNROLLED * 4 * 2

const [I32, F32, V128] = [0x7f, 0x7d, 0x7b]

/**
 * A module that exports `run(turns: i32): f32`. Each chain does `value = value * 0.5 + 1`, which stays near 2.
 *
 * @param fused - with the multiply-add of relaxed SIMD, else with a multiplication and an addition of SIMD
 */
export function peakModule(fused: boolean): Uint8Array<ArrayBuffer> {
  const [turns, factor, addend, first] = [0, 1, 2, 3]
  const chains = Array.from({ length: CHAINS }, (_, i) => first + i)
  const multiplyAdd = fused ? simd(0x105) : [...simd(0xe6), ...get(addend), ...simd(0xe4)]
  const step = (chain: number): number[] => [
    ...get(chain),
    ...get(factor),
    ...(fused ? get(addend) : []),
    ...multiplyAdd,
    ...set(chain),
  ]
  const turn = Array.from({ length: UNROLLED }, () => chains.flatMap(step)).flat()
  const body = [
    ...splat(0.5),
    ...set(factor),
    ...splat(1),
    ...set(addend),
    ...chains.flatMap((chain, i) => [...splat(2 + i / 8), ...set(chain)]),
    ...[0x03, 0x40], // loop
    ...turn,
    ...[...get(turns), 0x41, 0x01, 0x6b, 0x22, turns], // turns -= 1
    ...[0x0d, 0x00, 0x0b], // and again, unless that is 0
    ...get(first),
    ...chains.slice(1).flatMap((chain) => [...get(chain), ...simd(0xe4)]),
    ...[...simd(0x1f), 0x00], // lane 0
    0x0b,
  ]
  const locals = [0x01, ...unsigned(CHAINS + 2), V128]
  const code = [...locals, ...body]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x01, I32, 0x01, F32]), // one type: i32 to f32
    ...section(3, [0x01, 0x00]), // one function of it
    ...section(7, [0x01, 0x03, ...new TextEncoder().encode('run'), 0x00, 0x00]), // exported
    ...section(10, [0x01, ...unsigned(code.length), ...code]),
  ])
}

const get = (local: number): number[] => [0x20, ...unsigned(local)]
const set = (local: number): number[] => [0x21, ...unsigned(local)]
const simd = (operation: number): number[] => [0xfd, ...unsigned(operation)]
/** Four times the same number. */
const splat = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...simd(0x13)]
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}
