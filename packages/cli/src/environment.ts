import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import process from 'node:process'
import { type BackendName, describeBackend, useBackend } from '@clas/kernels'
import { selfCheck } from './self-check.ts'

/** The oldest Node that clas runs on. */
export const OLDEST_NODE = '20.19'

/** What one backend is good for. */
export interface BackendState {
  readonly name: BackendName
  readonly works: boolean
  /** Native, and not needed: an install without it is whole. */
  readonly optional: boolean
  /** What it computes with. */
  readonly details?: string
  /** Why it doesn't work; missing when it does. */
  readonly problem?: string
}

const BACKENDS = { tensorflow: true, webgpu: true, wasm: false, cpu: false } as const

/** What the package that decodes pictures is good for. */
export interface DecoderState {
  readonly works: boolean
  readonly version?: string
  /** Of those that clas reads. */
  readonly formats: readonly string[]
  readonly problem?: string
}

/** The machine, in numbers. */
export interface MachineState {
  readonly node: string
  readonly nodeIsNewEnough: boolean
  readonly platform: string
  readonly processor: string
  readonly cores: number
  /** Gigabytes (10⁹ bytes). */
  readonly memory: number
  readonly freeMemory: number
  readonly simd: 'relaxed' | 'plain' | 'none'
}

/**
 * Looks at the machine and at Node. Ask after the backends: where Node has relaxed SIMD behind a flag, wasm switches it
 * on.
 */
export function machineState(): MachineState {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number)
  return {
    node: process.versions.node,
    nodeIsNewEnough: major > oldestMajor || (major === oldestMajor && minor >= oldestMinor),
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem() / 1e9,
    freeMemory: freemem() / 1e9,
    simd: WebAssembly.validate(simdModule(0x85, 0x02))
      ? 'relaxed'
      : WebAssembly.validate(simdModule())
        ? 'plain'
        : 'none',
  }
}

/** Starts each backend and lets it compute. */
export async function backendStates(): Promise<BackendState[]> {
  const states: BackendState[] = []
  for (const [name, optional] of Object.entries(BACKENDS) as [BackendName, boolean][]) {
    try {
      await useBackend(name)
      const problem = await selfCheck()
      const details = await describeBackend()
      const works = problem === undefined
      states.push({
        name,
        works,
        optional,
        ...(details !== undefined && { details }),
        ...(problem !== undefined && { problem }),
      })
    } catch (error) {
      states.push({ name, works: false, optional, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  return states
}

/** Loads sharp and asks what it reads. */
export async function decoderState(): Promise<DecoderState> {
  try {
    const { default: sharp } = await import('sharp')
    const formats = (['jpeg', 'png', 'webp'] as const).filter((name) => sharp.format[name].input.buffer)
    return { works: formats.length === 3, version: sharp.versions.sharp ?? 'unknown', formats }
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { works: false, formats: [], problem }
  }
}

/** A module that splats a vector; with an opcode, that of three: `f32x4.relaxed_madd` is 85 02. */
function simdModule(...opcode: readonly number[]): Uint8Array<ArrayBuffer> {
  const splat = [0x41, 0, 0xfd, 0x0f] // i32.const 0, i8x16.splat
  const code = opcode.length > 0 ? [...splat, ...splat, ...splat, 0xfd, ...opcode] : splat
  const body = [0, ...code, 0x0b]
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const type = [1, 5, 1, 0x60, 0, 1, 0x7b] // () -> v128
  return Uint8Array.from([...header, ...type, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body])
}
