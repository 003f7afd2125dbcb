import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Where Debian's chromium keeps SwiftShader, a Vulkan driver that needs no GPU. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'

const PROBE = `
  const { create, globals } = await import('webgpu')
  const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new Error('no adapter was found')
  console.log(adapter.info.vendor, adapter.info.architecture || adapter.info.description)`

/**
 * Says whether this machine has an adapter for WebGPU, SwiftShader among them; null with one line printed where it has
 * none. The search runs in a process of its own, since drivers may hang or crash.
 */
export function findAdapter(what: string): string | null {
  if (existsSync(SWIFTSHADER)) process.env.VK_ADD_DRIVER_FILES ??= SWIFTSHADER
  // The driver complains without it.
  process.env.XDG_RUNTIME_DIR ??= '/tmp'
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PROBE], {
    cwd: new URL('.', import.meta.url),
    encoding: 'utf8',
    timeout: 8_000,
  })
  if (status === 0) return stdout.trim()
  const why = status === null ? 'the search took too long' : (/Error: .*/.exec(stderr)?.[0] ?? `status ${status}`)
  console.log(`skipped ${what}: ${why}; install a GPU's Vulkan driver, or SwiftShader by \`apt-get install chromium\``)
  return null
}
