import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

// What an app pays for one model: the built packages, bundled and minified, without what it loads later.

const root = fileURLToPath(new URL('..', import.meta.url))

test('importing one model bundles its family alone, in under 40 kB without tfjs', async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `import { ResNet18 } from '@clas/backbones'; console.log(ResNet18())`, resolveDir: root },
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    outdir: 'out',
    external: ['@tensorflow/*', 'node:*', 'koffi'],
    metafile: true,
  })
  const pending = Object.keys(metafile.outputs).filter((path) => metafile.outputs[path]?.entryPoint === '<stdin>')
  const loaded = new Set<string>()
  for (const path of pending) {
    loaded.add(path)
    const chunks = metafile.outputs[path]?.imports.filter(
      ({ kind, external }) => kind === 'import-statement' && !external,
    )
    pending.push(...(chunks ?? []).map((chunk) => chunk.path).filter((chunk) => !loaded.has(chunk)))
  }
  const own = [...loaded]
    .flatMap((path) => Object.entries(metafile.outputs[path]?.inputs ?? {}))
    .filter(([input]) => !input.endsWith('core/dist/gradients.js')) // tfjs's own, which core holds
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)
  expect(own).toBeGreaterThan(10_000)
  expect(own).toBeLessThan(40_000)
  const text = outputFiles
    .filter(({ path }) => [...loaded].some((name) => path.endsWith(name)))
    .map((file) => file.text)
  expect(text.join('')).toContain('ResNet')
  expect(text.join('').match(/MobileNetV\d|VisionTransformer|PPLCNet|GoogLeNet/)).toBeNull()
})
