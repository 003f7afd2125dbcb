import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the npm package lies, which nothing here depends on. */
export interface Found {
  readonly entry: string
  readonly version: string
}

/** How to get it. Its install script would fetch libraries for GPUs, which nothing here uses. */
export const INSTALL = 'npm install --prefix benchmarks/peers --no-save --ignore-scripts onnxruntime-node'

/** Looks in CLAS_ONNXRUNTIME (a folder with node_modules) and benchmarks/peers. */
export function findOnnxruntimeNode(): Found | undefined {
  const folders = [process.env.CLAS_ONNXRUNTIME, fileURLToPath(new URL('./peers', import.meta.url))]
  for (const folder of folders) {
    if (!folder) continue
    try {
      const { resolve } = createRequire(`${folder}/`)
      const description = resolve('onnxruntime-node/package.json')
      const { version, main } = JSON.parse(readFileSync(description, 'utf8')) as { version: string; main: string }
      return { entry: `${dirname(description)}/${main}`, version }
    } catch {
      // It isn't there: look on.
    }
  }
  return undefined
}
