import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { AdamAttributes, MomentumAttributes, OptionalKernelName } from '../../contract.ts'
import type { AnyKernel, Kernel, Scope } from './scope.ts'

/** ClasMomentum */
const momentum: Kernel<'param' | 'gradient' | 'velocity' | 'lr', MomentumAttributes> = (
  scope,
  { param, gradient, velocity, lr },
  { momentum, weightDecay, dampening, nesterov },
) => {
  const g = decayed(scope, gradient, param, weightDecay)
  const v = scope.op('AddV2', [scaled(scope, velocity, momentum), scaled(scope, g, 1 - dampening)])
  const way = nesterov ? scope.op('AddV2', [g, scaled(scope, v, momentum)]) : v
  return [scope.op('Sub', [param, scope.op('Mul', [way, lr])]), v]
}

/** ClasAdam */
const adam: Kernel<'param' | 'gradient' | 'mean' | 'squares' | 'lr' | 'factor' | 'smallest', AdamAttributes> = (
  scope,
  { param, gradient, mean, squares, lr, factor, smallest },
  { beta1, beta2, weightDecay, decoupled },
) => {
  const g = decayed(scope, gradient, param, decoupled ? 0 : weightDecay)
  const m = scope.op('AddV2', [scaled(scope, mean, beta1), scaled(scope, g, 1 - beta1)])
  const square = scope.op('Square', [g])
  const s = scope.op('AddV2', [scaled(scope, squares, beta2), scaled(scope, square, 1 - beta2)])
  const spread = scope.op('AddV2', [scope.op('Sqrt', [s]), smallest])
  const way = scope.op('RealDiv', [scope.op('Mul', [m, scope.op('Mul', [lr, factor])]), spread])
  const kept = decoupled ? shrunk(scope, param, lr, weightDecay) : param
  return [scope.op('Sub', [kept, way]), m, s]
}

/** The kernels that a backend may lack. */
export const OPTIMIZER_KERNELS: Readonly<Partial<Record<OptionalKernelName, AnyKernel>>> = {
  ClasMomentum: momentum,
  ClasAdam: adam,
}

function decayed(scope: Scope, gradient: TensorInfo, param: TensorInfo, weightDecay: number): TensorInfo {
  return weightDecay === 0 ? gradient : scope.op('AddV2', [scaled(scope, param, weightDecay), gradient])
}

/** The parameter times 1 - lr * weightDecay. */
function shrunk(scope: Scope, param: TensorInfo, lr: TensorInfo, weightDecay: number): TensorInfo {
  if (weightDecay === 0) return param
  return scope.op('Mul', [param, scope.op('Sub', [scope.float(1), scaled(scope, lr, weightDecay)])])
}

function scaled(scope: Scope, x: TensorInfo, factor: number): TensorInfo {
  return factor === 1 ? x : scope.op('Mul', [x, scope.float(factor)])
}
