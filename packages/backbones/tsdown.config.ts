import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

// A file for each family: a bundler then leaves out whole families, whatever their tables look like.
export default defineConfig({ ...base(['src/index.ts', 'src/node/index.ts', 'src/weights/index.ts']), unbundle: true })
