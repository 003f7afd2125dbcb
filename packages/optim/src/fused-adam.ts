import { type AdamTensors, adamFactors, adamStep, compileStep } from '@clas/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { AdamState } from './adam.ts'
import type { FusedEnd } from './fused-end.ts'
import { kept } from './kept.ts'
import type { Role } from './role.ts'
import { scalars } from './scalars.ts'

type Inputs = Readonly<Record<string, AdamTensors & { readonly weightDecay: number }>>
type Outputs = Readonly<Record<string, Pick<AdamTensors, 'param' | 'mean' | 'squares'>>>

/** Adam with weight decay and the learning rate: one program where the backend compiles steps, else a kernel each. */
export function fusedAdam(
  { beta1, beta2, epsilon }: Extract<Role, { kind: 'adam' }>,
  decoupled: boolean,
): FusedEnd<AdamState> {
  const step = compileStep((inputs: Inputs): Outputs => {
    const outputs = Object.entries(inputs).map(([path, { weightDecay, ...tensors }]) => {
      return [path, adamStep(tensors, { beta1, beta2, weightDecay, decoupled })] as const
    })
    return Object.fromEntries(outputs)
  })
  const apply: FusedEnd<AdamState>['apply'] = (updates, state, info, around) => {
    const count: Record<string, number> = { ...state.count }
    // By the number of gradients that a parameter has had.
    const factors = scalars((step) => adamFactors({ beta1, beta2, epsilon, step }).factor)
    const smallest = scalars((step) => adamFactors({ beta1, beta2, epsilon, step }).smallest)
    const inputs = Object.entries(updates).map(([path, gradient]) => {
      const param = info.params[path] as Tensor
      const t = (count[path] ?? 0) + 1
      count[path] = t
      const averages = {
        mean: kept(state.mean, path, gradient, 'the moving average'),
        squares: kept(state.squares, path, gradient, 'the moving average'),
      }
      const numbers = { factor: factors(t), smallest: smallest(t), ...around(path, param) }
      return [path, { param, gradient, ...averages, ...numbers }] as const
    })
    const params: Record<string, Tensor> = {}
    const mean: Record<string, Tensor> = { ...state.mean }
    const squares: Record<string, Tensor> = { ...state.squares }
    for (const [path, next] of Object.entries(step(Object.fromEntries(inputs)))) {
      params[path] = next.param
      mean[path] = next.mean
      squares[path] = next.squares
    }
    return [params, { mean, squares, count }]
  }
  return { apply, release: () => step[Symbol.dispose]() }
}
