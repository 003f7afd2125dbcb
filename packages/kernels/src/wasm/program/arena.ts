import { ClasError } from '@clas/core'
import type { ProgramBackend } from './program-backend.ts'

const LINE = 64
const arenas = new WeakMap<object, Arena>()

interface Block {
  readonly address: number
  readonly bytes: number
}

/**
 * The memory for intermediate results that all programs of a backend share, as one runs at a time: blocks, each as large
 * as the largest that any program asks for.
 */
export class Arena {
  readonly #wasm: ProgramBackend['wasm']
  readonly #wishes = new Map<object, readonly number[]>()
  readonly #blocks: Block[] = []

  constructor({ wasm }: ProgramBackend) {
    this.#wasm = wasm
  }

  /** That of a backend. */
  static of(backend: ProgramBackend): Arena {
    const known = arenas.get(backend)
    if (known) return known
    const arena = new Arena(backend)
    arenas.set(backend, arena)
    return arena
  }

  get bytes(): number {
    return this.#blocks.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /**
   * Sees to it that there are blocks of these sizes, the largest first, and gives their addresses. They hold until the
   * next program asks.
   *
   * @throws `out-of-memory`
   */
  reserve(owner: object, sizes: readonly number[]): readonly number[] {
    if (sizes.length > 0) this.#wishes.set(owner, sizes)
    for (const [i, bytes] of sizes.entries()) {
      const block = this.#blocks[i]
      if (block && block.bytes >= bytes) continue
      if (block && block.address !== 0) this.#wasm._free(block.address)
      const address = this.#wasm._malloc(bytes + LINE) >>> 0
      this.#blocks[i] = { address, bytes: address === 0 ? 0 : bytes }
      if (address === 0) {
        const message = `the wasm backend has no room for ${bytes} bytes of intermediate results; use smaller batches`
        throw new ClasError('out-of-memory', message, { bytes })
      }
    }
    return sizes.map((_, i) => Math.ceil((this.#blocks[i] as Block).address / LINE) * LINE)
  }

  /** Gives the memory back when nobody is left. */
  letGo(owner: object): void {
    if (!this.#wishes.delete(owner) || this.#wishes.size > 0) return
    for (const { address } of this.#blocks.splice(0)) if (address !== 0) this.#wasm._free(address)
  }
}
