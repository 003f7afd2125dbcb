import type { Tensors } from '@clas/core'
import { hasKernel } from '@clas/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import { fusedAdam } from './fused-adam.ts'
import type { Around, FusedEnd } from './fused-end.ts'
import { fusedMomentum } from './fused-momentum.ts'
import { type Role, roleOf } from './role.ts'
import { scalars } from './scalars.ts'
import type { Transform, TransformInfo, TransformState } from './transform.ts'

type States = readonly TransformState[]
interface Fused {
  fused(gradients: Tensors, states: States, info: TransformInfo): readonly [Tensors, States] | undefined
  release(): void
}

/**
 * The end of a chain as one kernel for each parameter: momentum or Adam, weight decay before it or after Adam, and the
 * learning rate. What comes before runs as ever. Undefined where the chain ends otherwise.
 */
export function fuse(links: readonly Transform[]): Fused | undefined {
  const end = endOf(links)
  if (!end) return undefined
  const before = links.slice(0, end.from)
  const { core, at, decay, decoupled, rate } = end
  const kernel = core.kind === 'adam' ? 'ClasAdam' : 'ClasMomentum'
  const { apply, release } = (
    core.kind === 'adam' ? fusedAdam(core, decoupled) : fusedMomentum(core)
  ) as FusedEnd<TransformState>
  const fused: Fused['fused'] = (gradients, states, info) => {
    if (!hasKernel(kernel)) return undefined
    const next = [...states]
    let updates = gradients
    for (const [i, link] of before.entries()) {
      const [changed, state] = link.update(updates, states[i] as TransformState, info)
      updates = changed
      next[i] = state
    }
    const lr = rate.schedule(info.step)
    const rates = scalars((scale) => lr * scale)
    const around = (path: string, param: Tensor): Around => ({
      lr: rates(rate.scale(path, param)),
      weightDecay: decay?.coefficient(path, param) ?? 0,
    })
    const [params, state] = apply(updates, states[at] as TransformState, info, around)
    next[at] = state
    return [params, next]
  }
  return { fused, release }
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
