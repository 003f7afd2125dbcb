import { ClasError } from '@clas/core'
import { configProto, type SessionConfig } from './config-proto.ts'
import type { Address, Library } from './library.ts'
import { Status } from './status.ts'

/** A device that TensorFlow computes on. */
export interface Device {
  /** Such as '/job:localhost/replica:0/task:0/device:GPU:0'. */
  readonly name: string
  /** 'CPU', 'GPU' or another. */
  readonly type: string
}

/** TensorFlow's eager context and what goes with it. It lives as long as the process. */
export interface Context {
  readonly library: Library
  readonly status: Status
  readonly address: Address
  readonly devices: readonly Device[]
  /** Where tensors are kept and operations run. */
  readonly device: Device
  /** Whether operations must be told, as TensorFlow would choose another device. */
  readonly pinned: boolean
}

/**
 * Makes the context.
 *
 * @param device - such as 'GPU:1' or 'CPU'; default the first GPU, else the CPU
 * @throws `bad-option` where there is no such device
 */
export function createContext(library: Library, config: SessionConfig, device?: string): Context {
  const status = new Status(library)
  const options = library.TFE_NewContextOptions()
  const proto = configProto(config)
  library.TFE_ContextOptionsSetConfig(options, proto, proto.length, status.address)
  status.check('TFE_ContextOptionsSetConfig')
  const address = library.TFE_NewContext(options, status.address)
  status.check('TFE_NewContext')
  library.TFE_DeleteContextOptions(options)
  const devices = listDevices(library, address, status)
  const automatic = devices.find(({ type }) => type === 'GPU') ?? devices.find(({ type }) => type === 'CPU')
  const chosen = device === undefined ? automatic : findDevice(devices, device)
  if (!chosen) {
    const names = devices.map(({ name }) => shortName(name))
    const message = `the device must be one of ${names.join(', ')}, found '${device}'`
    throw new ClasError('bad-option', message, { device, devices: names })
  }
  return { library, status, address, devices, device: chosen, pinned: chosen !== automatic }
}

/** '/job:localhost/replica:0/task:0/device:GPU:0' is 'GPU:0'. */
export function shortName(device: string): string {
  return device.replace(/^.*device:/, '')
}

/** 'GPU:1', 'gpu:1', 'GPU' (the first of them), or the whole name. */
export function findDevice(devices: readonly Device[], wanted: string): Device | undefined {
  return devices.find(({ name, type }) => {
    const short = shortName(name).toUpperCase()
    return name === wanted || short === wanted.toUpperCase() || type === wanted.toUpperCase()
  })
}

function listDevices(library: Library, context: Address, status: Status): Device[] {
  const list = library.TFE_ContextListDevices(context, status.address)
  status.check('TFE_ContextListDevices')
  try {
    return Array.from({ length: library.TF_DeviceListCount(list) }, (_, i) => {
      const name = library.TF_DeviceListName(list, i, status.address)
      status.check('TF_DeviceListName')
      const type = library.TF_DeviceListType(list, i, status.address)
      status.check('TF_DeviceListType')
      return { name, type }
    })
  } finally {
    library.TF_DeleteDeviceList(list)
  }
}
