import { engine } from '@tensorflow/tfjs-core'

/** What {@link measurePeak} gives. */
export interface Peak<R> {
  readonly result: R
  /** Bytes of all tensors when there were most, those from before included. */
  readonly peakBytes: number
}

type Infos = ReturnType<typeof engine>['state']['tensorInfo']

/**
 * Runs `f` and measures the most bytes that tensors held at one time, on any backend. Tensors that share memory count
 * once as far as they are made by `f`. What a backend holds besides is not seen: packed weights, its own scratch memory.
 *
 * @param f - synchronous
 * @example
 * ```ts
 * import { measurePeak } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { add, memory, ones, tidy } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const before = memory().numBytes
 * const { peakBytes } = measurePeak(() => tidy(() => add(ones([100]), ones([100])).dataSync()[0]))
 * console.log(peakBytes - before) // 1200
 * ```
 */
export function measurePeak<R>(f: () => R): Peak<R> {
  const { state } = engine()
  const infos = state.tensorInfo
  let bytes = state.numBytes
  let peakBytes = bytes
  // The engine asks this map before and after each buffer that it makes or frees.
  const watched: Pick<Infos, 'get' | 'has' | 'set' | 'delete'> = {
    get: (id) => infos.get(id),
    has: (id) => infos.has(id),
    set(id, info) {
      bytes += info.bytes
      peakBytes = Math.max(peakBytes, bytes)
      infos.set(id, info)
      return infos
    },
    delete(id) {
      bytes -= infos.get(id)?.bytes ?? 0
      return infos.delete(id)
    },
  }
  state.tensorInfo = watched as Infos
  try {
    const result = f()
    return { result, peakBytes }
  } finally {
    state.tensorInfo = infos
  }
}
