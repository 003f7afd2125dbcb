import { findBackendFactory, setBackend } from '@tensorflow/tfjs-core'

/** What is used of WebGPU's entry, `navigator.gpu`. */
interface Gpu {
  requestAdapter(options?: { readonly powerPreference: 'high-performance' }): Promise<object | null>
}

/** The npm package `webgpu`: Dawn for Node.js. */
interface Dawn {
  readonly globals: object
  create(options: readonly string[]): Gpu
}

const PACKAGE = '@tensorflow/tfjs-backend-webgpu'

/**
 * Makes `webgpu` the backend of tfjs. In Node.js the globals of a browser that it needs (`navigator.gpu` and
 * `GPUBufferUsage` with its like) come from the npm package `webgpu` and stay.
 *
 * @throws an error that says what is missing and how to get it
 */
export async function startWebgpu(): Promise<void> {
  if (!findBackendFactory('webgpu')) {
    await offerGpu()
    await importPackage(PACKAGE, () => import('@tensorflow/tfjs-backend-webgpu'))
  }
  if (!findBackendFactory('webgpu')) {
    throw new Error(
      `${PACKAGE} was imported before there was a GPU to find; import it after \`useBackend('webgpu')\`, or not at all`,
    )
  }
  if (!(await setBackend('webgpu'))) throw new Error('it could not be initialised; see the console')
}

/** Sees to it that there is `navigator.gpu` and that it has an adapter: the package looks when it is imported. */
async function offerGpu(): Promise<void> {
  const found = gpuOf(globalThis)
  const inNode = typeof process === 'object' && typeof process.versions?.node === 'string'
  if (!found && !inNode) {
    throw new Error('this browser has no WebGPU here; it takes a recent one and a page from https or localhost')
  }
  const gpu = found ?? (await openDawn())
  if (!(await gpu.requestAdapter({ powerPreference: 'high-performance' }))) {
    throw new Error(`no adapter was found; ${inNode ? IN_NODE : IN_BROWSER}`)
  }
  if (!found) provideGpu(gpu)
}

const IN_BROWSER = "see whether the browser's settings allow hardware acceleration and WebGPU"
const IN_NODE =
  "install the GPU's own driver (on Linux one for Vulkan), or a software adapter: with Debian's `apt-get install " +
  'chromium` set VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json'

function gpuOf(global: { readonly navigator?: { readonly gpu?: unknown } }): Gpu | undefined {
  return global.navigator?.gpu as Gpu | undefined
}

async function openDawn(): Promise<Gpu> {
  // The name is no literal, so that bundlers for browsers leave it alone.
  const name = 'webgpu' as string
  const { create, globals } = await importPackage(name, () => import(/* @vite-ignore */ name) as Promise<Dawn>)
  Object.assign(globalThis, globals)
  return create([])
}

function provideGpu(gpu: Gpu): void {
  const described = { value: gpu, configurable: true, enumerable: true }
  // Node.js has a navigator from version 21 on.
  if (globalThis.navigator) Object.defineProperty(globalThis.navigator, 'gpu', described)
  else {
    const value = Object.defineProperty({ userAgent: `Node.js/${process.versions.node}` }, 'gpu', described)
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true })
  }
}

async function importPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const what = (cause as Error).message
    throw new Error(`its package ${name} can't be loaded (${what}); try \`npm install ${name}\``, { cause })
  }
}
