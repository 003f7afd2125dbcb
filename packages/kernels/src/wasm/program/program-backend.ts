import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../backend.ts'

/** What programs use of the backend of @tensorflow/tfjs-backend-wasm besides. */
export interface ProgramBackend extends WasmBackend {
  readonly wasm: WasmBackend['wasm'] & {
    readonly tfjs: { disposeData(id: number): void }
    _malloc(bytes: number): number
    _free(address: number): void
  }
  readonly dataIdMap: {
    get(dataId: object): { readonly id: number; readonly memoryOffset: number }
    delete(dataId: object): boolean
  }
  /** With an address: of memory that is not the tensor's own. */
  makeOutput(shape: number[], dtype: DataType, memoryOffset?: number): TensorInfo
  read(dataId: object): Promise<unknown>
  readSync(dataId: object): unknown
}
