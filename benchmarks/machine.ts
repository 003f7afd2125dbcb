import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Of the vector instructions that matter here, those that the processor has; empty where it can't be read. */
  readonly vectorInstructions: readonly string[]
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
  readonly v8: string
}

const INSTRUCTIONS =
  /^(sse4_2|avx|avx2|fma|f16c|avx512f|avx512bw|avx512_vnni|avx512_bf16|avx_vnni|amx_\w+|asimd|asimdhp|asimddp|sve|bf16|i8mm)$/

export function machine(): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model.trim() || 'unknown',
    cores: cpus().length,
    vectorInstructions: instructions(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release().split('-')[0]} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  }
}

function instructions(): string[] {
  try {
    const line = readFileSync('/proc/cpuinfo', 'utf8').match(/^(?:flags|Features)\s*:(.*)$/m)
    return line?.[1]?.split(' ').filter((flag) => INSTRUCTIONS.test(flag)) ?? []
  } catch {
    return []
  }
}
