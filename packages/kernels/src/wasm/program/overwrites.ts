import type { TracedCall } from './trace.ts'

type Pairs = readonly (readonly [output: number, input: string])[]

const EITHER: Pairs = [
  [0, 'a'],
  [0, 'b'],
]

/**
 * Which results a kernel of the module may write over an input of the same size that nobody needs afterwards: those where
 * it reads a number no later than it writes one in its place. That saves memory, and fetching it.
 */
export function overwrites({ name, attributes, kernel }: TracedCall): Pairs {
  if (!('own' in kernel)) return []
  switch (name) {
    case 'Add':
    case 'Sub':
    case 'Multiply':
    case 'RealDiv':
      return EITHER
    case 'ClasActivation':
    case 'ClasAffine':
    case 'affineActivation':
      return [[0, 'x']]
    case 'ClasActivationGradient':
    case 'ClasBatchNormGradient':
      return [
        [0, 'dy'],
        [0, 'x'],
      ]
    case 'normActivationGradient': {
      const { keeps } = attributes as { readonly keeps: boolean }
      const place = keeps ? 3 : 0
      const sum: Pairs = [
        [place, 'dy'],
        [place, 'more'],
      ]
      return keeps ? [...sum, [0, 'x']] : sum
    }
    default:
      return []
  }
}
