import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig(base(['src/index.ts', 'src/testing/index.ts']))
