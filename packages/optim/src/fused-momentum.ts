import { compileStep, type MomentumTensors, momentumStep } from '@clas/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FusedEnd } from './fused-end.ts'
import { kept } from './kept.ts'
import type { Role } from './role.ts'
import type { TraceState } from './trace.ts'

type Inputs = Readonly<Record<string, MomentumTensors & { readonly weightDecay: number; readonly dampening: number }>>
type Outputs = Readonly<Record<string, Pick<MomentumTensors, 'param' | 'velocity'>>>

/** Weight decay, momentum and the learning rate: one program where the backend compiles steps, else a kernel each. */
export function fusedMomentum({
  momentum,
  nesterov,
  dampening,
}: Extract<Role, { kind: 'momentum' }>): FusedEnd<TraceState> {
  const step = compileStep((inputs: Inputs): Outputs => {
    const outputs = Object.entries(inputs).map(([path, { weightDecay, dampening, ...tensors }]) => {
      return [path, momentumStep(tensors, { momentum, nesterov, weightDecay, dampening })] as const
    })
    return Object.fromEntries(outputs)
  })
  const apply: FusedEnd<TraceState>['apply'] = (updates, state, info, around) => {
    const inputs = Object.entries(updates).map(([path, gradient]) => {
      const param = info.params[path] as Tensor
      const tensors = { param, gradient, velocity: kept(state.velocity, path, gradient, 'trace') }
      return [path, { ...tensors, ...around(path, param), dampening: path in state.started ? dampening : 0 }] as const
    })
    const params: Record<string, Tensor> = {}
    const velocities: Record<string, Tensor> = { ...state.velocity }
    const started: Record<string, number> = { ...state.started }
    for (const [path, { param, velocity }] of Object.entries(step(Object.fromEntries(inputs)))) {
      params[path] = param
      velocities[path] = velocity
      if (dampening !== 0) started[path] = 1
    }
    return [params, { velocity: velocities, started }]
  }
  return { apply, release: () => step[Symbol.dispose]() }
}
