import { ClasError } from '@clas/core'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { ForeignInstruction, Memory } from './instruction.ts'
import type { ProgramBackend } from './program-backend.ts'

/** Runs a kernel that allocates by itself. What it gives is added to what is owned. */
export function runForeign(backend: ProgramBackend, instruction: ForeignInstruction, owned: Set<Memory>): void {
  const { name, kernel, attributes, inputs, outputs } = instruction
  const lent: object[] = []
  const given = inputs.map(([key, { shape, dtype }, { dataId, region }]): [string, TensorInfo] => {
    if (dataId) return [key, { dataId, shape: [...shape], dtype }]
    const info = backend.makeOutput([...shape], dtype, region.address)
    lent.push(info.dataId)
    return [key, info]
  })
  const named = kernel.takesList ? given.map(([, info]) => info) : Object.fromEntries(given)
  try {
    const found = kernel.kernelFunc({ inputs: named as NamedTensorInfoMap, backend, attrs: attributes as NamedAttrMap })
    for (const [i, info] of (Array.isArray(found) ? found : [found]).entries()) {
      const output = outputs[i]
      if (!output) continue
      const { view, memory } = output
      memory.dataId = info.dataId
      memory.region.place(backend.dataIdMap.get(info.dataId).memoryOffset)
      owned.add(memory)
      if (info.dtype !== view.dtype || `${info.shape}` !== `${view.shape}`) {
        throw new ClasError(
          'shape-mismatch',
          `in a compiled step the kernel ${name} gave [${info.shape}], expected [${view.shape}] as recorded; set compile to false`,
          { name },
        )
      }
    }
  } finally {
    for (const dataId of lent) takeBack(backend, dataId)
  }
}

/** Has the backend forget data whose memory is not its own. */
function takeBack({ wasm, dataIdMap }: ProgramBackend, dataId: object): void {
  wasm.tfjs.disposeData(dataIdMap.get(dataId).id)
  dataIdMap.delete(dataId)
}
