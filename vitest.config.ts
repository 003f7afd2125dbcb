import { defineConfig } from 'vitest/config'

const conditions = ['@clas/source', 'module', 'node', 'development|production']
const root = new URL('.', import.meta.url).pathname

export default defineConfig({
  resolve: {
    conditions,
    // Node can't load this path of tfjs-core; the build of core holds it.
    alias: { '@tensorflow/tfjs-core/dist/register_all_gradients.js': `${root}packages/core/dist/gradients.js` },
  },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'scripts/*.test.ts'],
    isolate: false,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
  },
})
