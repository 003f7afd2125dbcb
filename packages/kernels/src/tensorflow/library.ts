/** An address inside the process; below 2^53 on every system that Node runs on. */
export type Address = number

/** The functions of TensorFlow's C API that are used, and two of the system's. */
export interface Library {
  TF_Version(): string
  TF_NewStatus(): Address
  TF_GetCode(status: Address): number
  TF_Message(status: Address): string
  TF_NewBuffer(): Address
  TF_DeleteBuffer(buffer: Address): void

  TF_AllocateTensor(type: number, dims: BigInt64Array, rank: number, bytes: number): Address
  TF_TensorData(tensor: Address): Address
  TF_TensorByteSize(tensor: Address): number
  TF_DeleteTensor(tensor: Address): void

  TFE_NewContextOptions(): Address
  TFE_ContextOptionsSetConfig(options: Address, config: Uint8Array, length: number, status: Address): void
  TFE_DeleteContextOptions(options: Address): void
  TFE_NewContext(options: Address, status: Address): Address
  TFE_ContextListDevices(context: Address, status: Address): Address
  TF_DeviceListCount(list: Address): number
  TF_DeviceListName(list: Address, index: number, status: Address): string
  TF_DeviceListType(list: Address, index: number, status: Address): string
  TF_DeleteDeviceList(list: Address): void

  TFE_NewTensorHandle(tensor: Address, status: Address): Address
  TFE_DeleteTensorHandle(handle: Address): void
  TFE_TensorHandleDataType(handle: Address): number
  TFE_TensorHandleNumDims(handle: Address, status: Address): number
  TFE_TensorHandleDim(handle: Address, index: number, status: Address): number
  TFE_TensorHandleResolve(handle: Address, status: Address): Address
  TFE_TensorHandleCopyToDevice(handle: Address, context: Address, device: string, status: Address): Address

  TFE_NewOp(context: Address, name: string, status: Address): Address
  TFE_DeleteOp(operation: Address): void
  TFE_OpSetDevice(operation: Address, device: string, status: Address): void
  TFE_OpAddInput(operation: Address, input: Address, status: Address): void
  TFE_OpAddInputList(operation: Address, inputs: BigInt64Array, count: number, status: Address): void
  TFE_OpSetAttrString(operation: Address, name: string, value: Uint8Array, length: number): void
  TFE_OpSetAttrInt(operation: Address, name: string, value: number): void
  TFE_OpSetAttrFloat(operation: Address, name: string, value: number): void
  TFE_OpSetAttrBool(operation: Address, name: string, value: number): void
  TFE_OpSetAttrType(operation: Address, name: string, value: number): void
  TFE_OpSetAttrIntList(operation: Address, name: string, values: BigInt64Array, count: number): void
  TFE_OpSetAttrFloatList(operation: Address, name: string, values: Float32Array, count: number): void
  TFE_OpSetAttrShape(operation: Address, name: string, dims: BigInt64Array, rank: number, status: Address): void
  TFE_Execute(operation: Address, outputs: BigInt64Array, count: Int32Array, status: Address): void

  TF_NewGraph(): Address
  TF_DeleteGraph(graph: Address): void
  TF_GraphGetOpDef(graph: Address, name: string, buffer: Address, status: Address): void
  TF_NewOperation(graph: Address, operation: string, name: string): Address
  TF_FinishOperation(description: Address, status: Address): Address
  TF_AddInput(description: Address, input: Output): void
  TF_AddControlInput(description: Address, operation: Address): void
  TF_AddInputList(description: Address, inputs: readonly Output[], count: number): void
  TF_SetAttrString(description: Address, name: string, value: Uint8Array, length: number): void
  TF_SetAttrInt(description: Address, name: string, value: number): void
  TF_SetAttrFloat(description: Address, name: string, value: number): void
  TF_SetAttrBool(description: Address, name: string, value: number): void
  TF_SetAttrType(description: Address, name: string, value: number): void
  TF_SetAttrIntList(description: Address, name: string, values: BigInt64Array, count: number): void
  TF_SetAttrFloatList(description: Address, name: string, values: Float32Array, count: number): void
  TF_SetAttrShape(description: Address, name: string, dims: BigInt64Array, rank: number): void
  TF_SetAttrTensor(description: Address, name: string, value: Address, status: Address): void
  TF_GraphToFunction(
    graph: Address,
    name: string,
    appendHash: number,
    operationCount: number,
    operations: null,
    inputCount: number,
    inputs: readonly Output[],
    outputCount: number,
    outputs: readonly Output[],
    outputNames: null,
    options: null,
    description: null,
    status: Address,
  ): Address
  TF_DeleteFunction(definition: Address): void
  TFE_ContextAddFunction(context: Address, definition: Address, status: Address): void
  TFE_ContextRemoveFunction(context: Address, name: string, status: Address): void

  /** Copies from JavaScript to an address. */
  copyIn(to: Address, from: ArrayBufferView, bytes: number): void
  /** Copies from an address to JavaScript. */
  copyOut(to: ArrayBufferView, from: Address, bytes: number): void
}

/** TF_Output: one output of an operation in a graph. */
export interface Output {
  readonly oper: Address
  readonly index: number
}

/** Result and parameters of each function in C. `address` is a pointer, passed as a number. */
export const SIGNATURES: Readonly<Record<Exclude<keyof Library, 'copyIn' | 'copyOut'>, readonly [string, string]>> = {
  TF_Version: ['str', ''],
  TF_NewStatus: ['address', ''],
  TF_GetCode: ['int', 'address'],
  TF_Message: ['str', 'address'],
  TF_NewBuffer: ['address', ''],
  TF_DeleteBuffer: ['void', 'address'],

  TF_AllocateTensor: ['address', 'int, int64_t *, int, size_t'],
  TF_TensorData: ['address', 'address'],
  TF_TensorByteSize: ['size_t', 'address'],
  TF_DeleteTensor: ['void', 'address'],

  TFE_NewContextOptions: ['address', ''],
  TFE_ContextOptionsSetConfig: ['void', 'address, void *, size_t, address'],
  TFE_DeleteContextOptions: ['void', 'address'],
  TFE_NewContext: ['address', 'address, address'],
  TFE_ContextListDevices: ['address', 'address, address'],
  TF_DeviceListCount: ['int', 'address'],
  TF_DeviceListName: ['str', 'address, int, address'],
  TF_DeviceListType: ['str', 'address, int, address'],
  TF_DeleteDeviceList: ['void', 'address'],

  TFE_NewTensorHandle: ['address', 'address, address'],
  TFE_DeleteTensorHandle: ['void', 'address'],
  TFE_TensorHandleDataType: ['int', 'address'],
  TFE_TensorHandleNumDims: ['int', 'address, address'],
  TFE_TensorHandleDim: ['int64_t', 'address, int, address'],
  TFE_TensorHandleResolve: ['address', 'address, address'],
  TFE_TensorHandleCopyToDevice: ['address', 'address, address, str, address'],

  TFE_NewOp: ['address', 'address, str, address'],
  TFE_DeleteOp: ['void', 'address'],
  TFE_OpSetDevice: ['void', 'address, str, address'],
  TFE_OpAddInput: ['void', 'address, address, address'],
  TFE_OpAddInputList: ['void', 'address, void *, int, address'],
  TFE_OpSetAttrString: ['void', 'address, str, void *, size_t'],
  TFE_OpSetAttrInt: ['void', 'address, str, int64_t'],
  TFE_OpSetAttrFloat: ['void', 'address, str, float'],
  TFE_OpSetAttrBool: ['void', 'address, str, uint8_t'],
  TFE_OpSetAttrType: ['void', 'address, str, int'],
  TFE_OpSetAttrIntList: ['void', 'address, str, int64_t *, int'],
  TFE_OpSetAttrFloatList: ['void', 'address, str, float *, int'],
  TFE_OpSetAttrShape: ['void', 'address, str, int64_t *, int, address'],
  TFE_Execute: ['void', 'address, void *, int *, address'],

  TF_NewGraph: ['address', ''],
  TF_DeleteGraph: ['void', 'address'],
  TF_GraphGetOpDef: ['void', 'address, str, address, address'],
  TF_NewOperation: ['address', 'address, str, str'],
  TF_FinishOperation: ['address', 'address, address'],
  TF_AddInput: ['void', 'address, output'],
  TF_AddControlInput: ['void', 'address, address'],
  TF_AddInputList: ['void', 'address, output *, int'],
  TF_SetAttrString: ['void', 'address, str, void *, size_t'],
  TF_SetAttrInt: ['void', 'address, str, int64_t'],
  TF_SetAttrFloat: ['void', 'address, str, float'],
  TF_SetAttrBool: ['void', 'address, str, uint8_t'],
  TF_SetAttrType: ['void', 'address, str, int'],
  TF_SetAttrIntList: ['void', 'address, str, int64_t *, int'],
  TF_SetAttrFloatList: ['void', 'address, str, float *, int'],
  TF_SetAttrShape: ['void', 'address, str, int64_t *, int'],
  TF_SetAttrTensor: ['void', 'address, str, address, address'],
  TF_GraphToFunction: [
    'address',
    'address, str, uint8_t, int, void *, int, output *, int, output *, void *, void *, str, address',
  ],
  TF_DeleteFunction: ['void', 'address'],
  TFE_ContextAddFunction: ['void', 'address, address, address'],
  TFE_ContextRemoveFunction: ['void', 'address, str, address'],
}
