import type { Rng } from '@clas/core'

/** Where the random numbers of a picture come from. One that comes twice in an epoch has others the second time. */
export function sampleStream(
  rng: Rng,
  epoch: number,
  { index, repeat }: { readonly index: number; readonly repeat: number },
): Rng {
  return repeat === 0
    ? rng.fork('epoch', epoch, 'sample', index)
    : rng.fork('epoch', epoch, 'sample', index, 'repeat', repeat)
}

/** Where the random numbers of a batch transform come from. */
export function batchStream(rng: Rng, epoch: number, batch: number): Rng {
  return rng.fork('epoch', epoch, 'batch', batch)
}
