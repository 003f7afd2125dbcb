import type { Tensors } from '@clas/core'
import { adamStep, hasKernel, momentumStep } from '@clas/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { AdamState } from './adam.ts'
import { kept } from './kept.ts'
import { type Role, roleOf } from './role.ts'
import type { TraceState } from './trace.ts'
import type { Transform, TransformInfo, TransformState } from './transform.ts'

type States = readonly TransformState[]
type Fused = (updates: Tensors, states: States, info: TransformInfo) => readonly [Tensors, States] | undefined

/**
 * The end of a chain as one kernel: momentum or Adam, weight decay before it or after Adam, and the learning rate. What
 * comes before runs as ever. Undefined where the chain ends otherwise.
 */
export function fuse(links: readonly Transform[]): Fused | undefined {
  const end = endOf(links)
  if (!end) return undefined
  const before = links.slice(0, end.from)
  const { core, at, decay, decoupled, rate } = end
  return (gradients, states, info) => {
    if (!hasKernel(core.kind === 'adam' ? 'ClasAdam' : 'ClasMomentum')) return undefined
    const next = [...states]
    let updates = gradients
    for (const [i, link] of before.entries()) {
      const [changed, state] = link.update(updates, states[i] as TransformState, info)
      updates = changed
      next[i] = state
    }
    const common = (path: string, param: Tensor) => ({
      lr: rate.rate(info.step, path, param),
      weightDecay: decay?.coefficient(path, param) ?? 0,
    })
    const [params, state] =
      core.kind === 'adam'
        ? adam(core, decoupled, updates, states[at] as AdamState, info, common)
        : momentum(core, updates, states[at] as TraceState, info, common)
    next[at] = state
    return [params, next]
  }
}

interface End {
  /** The first link that is part of it. */
  readonly from: number
  /** The link that keeps a state. */
  readonly at: number
  readonly core: Extract<Role, { kind: 'momentum' | 'adam' }>
  readonly decay?: Extract<Role, { kind: 'decay' }>
  readonly decoupled: boolean
  readonly rate: Extract<Role, { kind: 'rate' }>
}

function endOf(links: readonly Transform[]): End | undefined {
  const count = links.length
  const [third, second, rate] = [3, 2, 1].map((back) => {
    const link = links[count - back]
    return link && roleOf(link)
  })
  if (rate?.kind !== 'rate') return undefined
  if (second?.kind === 'decay' && third?.kind === 'adam') {
    return { from: count - 3, at: count - 3, core: third, decay: second, decoupled: true, rate }
  }
  if (second?.kind !== 'momentum' && second?.kind !== 'adam') return undefined
  if (third?.kind !== 'decay') return { from: count - 2, at: count - 2, core: second, decoupled: false, rate }
  return { from: count - 3, at: count - 2, core: second, decay: third, decoupled: false, rate }
}

type Common = (path: string, param: Tensor) => { readonly lr: number; readonly weightDecay: number }

function momentum(
  { momentum, nesterov, dampening }: Extract<Role, { kind: 'momentum' }>,
  updates: Tensors,
  state: TraceState,
  info: TransformInfo,
  common: Common,
): readonly [Tensors, TransformState] {
  const params: Record<string, Tensor> = {}
  const velocities: Record<string, Tensor> = { ...state.velocity }
  const started: Record<string, number> = { ...state.started }
  for (const [path, gradient] of Object.entries(updates)) {
    const param = info.params[path] as Tensor
    const tensors = { param, gradient, velocity: kept(state.velocity, path, gradient, 'trace') }
    const first = !(path in started)
    const attributes = { ...common(path, param), momentum, nesterov, dampening: first ? 0 : dampening }
    const { param: next, velocity } = momentumStep(tensors, attributes)
    params[path] = next
    velocities[path] = velocity
    if (dampening !== 0) started[path] = 1
  }
  return [params, { velocity: velocities, started }]
}

function adam(
  { beta1, beta2, epsilon }: Extract<Role, { kind: 'adam' }>,
  decoupled: boolean,
  updates: Tensors,
  state: AdamState,
  info: TransformInfo,
  common: Common,
): readonly [Tensors, TransformState] {
  const params: Record<string, Tensor> = {}
  const mean: Record<string, Tensor> = { ...state.mean }
  const squares: Record<string, Tensor> = { ...state.squares }
  const count: Record<string, number> = { ...state.count }
  for (const [path, gradient] of Object.entries(updates)) {
    const param = info.params[path] as Tensor
    const step = (count[path] ?? 0) + 1
    const averages = {
      mean: kept(state.mean, path, gradient, 'the moving average'),
      squares: kept(state.squares, path, gradient, 'the moving average'),
    }
    const attributes = { ...common(path, param), beta1, beta2, epsilon, step, decoupled }
    const next = adamStep({ param, gradient, ...averages }, attributes)
    params[path] = next.param
    mean[path] = next.mean
    squares[path] = next.squares
    count[path] = step
  }
  return [params, { mean, squares, count }]
}
