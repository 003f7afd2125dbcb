/**
 * Maps numbers from 0 by a function that takes time, so many at once. After an error no further one is begun, and it is
 * thrown when those at work have ended.
 */
export async function mapAtOnce<T>(count: number, atOnce: number, map: (index: number) => Promise<T>): Promise<T[]> {
  const results = new Array<T>(count)
  let next = 0
  const run = async (): Promise<void> => {
    while (next < count) {
      const index = next++
      try {
        results[index] = await map(index)
      } catch (error) {
        next = count
        throw error
      }
    }
  }
  const runs = await Promise.allSettled(Array.from({ length: Math.min(atOnce, count) }, run))
  for (const result of runs) if (result.status === 'rejected') throw result.reason
  return results
}
