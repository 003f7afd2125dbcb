export { allocateElements, decodeElements, type ElementType, elementSize } from './element-types.ts'
export { ClasError, type ErrorCode, isClasError } from './errors.ts'
export { measurePeak, type Peak } from './measure-peak.ts'
export { recompute } from './recompute.ts'
export { createRegistry, type Entry, nearest, type Registry, unknownName } from './registry.ts'
export { createRng, pathOf, type Rng, rngFromKey } from './rng.ts'
export {
  type ArrayRecord,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
  type StateDict,
} from './safetensors.ts'
export { Scope } from './scope.ts'
export type { Batch, Task, TaskContext, TaskResult } from './task.ts'
export {
  cloneTensors,
  disposeReplaced,
  disposeVariables,
  mapTensors,
  partition,
  type Selector,
  selects,
  type Tensors,
  type Variables,
} from './tensors.ts'
export { type Differentiable, valueAndGradients } from './value-and-gradients.ts'
