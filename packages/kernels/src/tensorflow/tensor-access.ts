import type { DataType, Tensor } from '@tensorflow/tfjs-core'
import type { Handle } from './runtime.ts'

/** How the compiler gets from tfjs's tensors to TensorFlow's and back. The backend of tfjs implements it. */
export interface TensorAccess {
  /**
   * The tensor inside TensorFlow. It stays the backend's, and has the tensor's shape. Known also for a tensor that was
   * freed since: then it is the handle that it had (keep it in a WeakMap by `dataId`), released or not.
   */
  handleOf(tensor: Tensor): Handle
  /** A tensor of tfjs that owns the handle: freeing the tensor releases it. */
  wrap(handle: Handle, dtype: DataType): Tensor
}
