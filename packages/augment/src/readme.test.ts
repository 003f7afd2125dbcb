import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { batchTransforms, transforms } from './index.ts'

test('the README tells of each registered transform, and of none besides', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, tables = ''] = readme.split('## All transforms')
  const told = new Set(Array.from(tables.matchAll(/`([A-Z][A-Za-z0-9]+)`/g), ([, name]) => name))
  const registered = new Set([...transforms.list(), ...batchTransforms.list()].map(({ name }) => name))
  expect([...told].sort()).toEqual([...registered].sort())
})
