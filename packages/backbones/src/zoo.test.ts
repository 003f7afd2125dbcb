import { stateDictShapes, summary, walk } from '@clas/nn'
import { describe, expect, test } from 'vitest'
import * as published from './models/index.ts'
import { RECORDS } from './records.ts'
import { backbones } from './registry.ts'

// What holds for every model, without a weight.

const names = RECORDS.flatMap(([, , , models]) => models.map(([name]) => name))
const entries = names.map((name) => backbones.get(name))

test('every published factory is registered under its name, and no record is of another', () => {
  const factories = Object.entries(published).filter(([, value]) => typeof value === 'function')
  expect([...names].sort()).toEqual(factories.map(([name]) => name).sort())
})

describe.each(entries)('$name', ({ name, create, facts }) => {
  const model = create()

  test('has the counts and the size of its record', () => {
    const size = model.inputSize
    const counted = summary(model, [1, size, size, 3])
    expect(model.name).toBe(name)
    expect(size).toBe(facts.inputSize)
    expect(counted.parameters).toBe(facts.parameters)
    expect(counted.layerMultiplyAdds).toBe(facts.multiplyAdds)
    if (model.classifier !== undefined) expect(counted.outputShape).toEqual([1, model.classes])
    const shapes = new Map(counted.layers.map(({ path, outputShape }) => [path, outputShape]))
    const features = model.stages.map((path) => shapes.get(path) ?? [])
    expect(features.length).toBeGreaterThan(0)
    for (const shape of features) expect([3, 4]).toContain(shape.length)
    const cells = features.map((shape) => shape.slice(1, -1).reduce((product, length) => product * length, 1))
    expect(cells).toEqual([...cells].sort((a, b) => b - a)) // shallow to deep
  })

  test('takes other numbers of classes and channels', () => {
    const paths = new Set([...walk(model)].map(([path]) => path))
    const heads = [model.classifier, ...(model.auxiliary ?? [])].filter((path) => path !== undefined)
    for (const head of heads) expect(paths).toContain(head)
    const before = stateDictShapes(model)
    const after = stateDictShapes(create({ ...(model.classifier === undefined ? {} : { classes: 7 }), inChannels: 4 }))
    expect(Object.keys(after)).toEqual(Object.keys(before))
    const changed = Object.keys(before).filter((key) => String(before[key]) !== String(after[key]))
    const ofHeads = changed.filter((key) => heads.some((head) => key.startsWith(`${head}.`)))
    if (model.classifier !== undefined) expect(ofHeads.length).toBeGreaterThan(0)
    const stem = changed.filter((key) => !ofHeads.includes(key))
    expect(stem.length).toBeGreaterThan(0)
    for (const key of stem) expect([before[key]?.at(-2), after[key]?.at(-2)]).toEqual([3, 4])
  })
})
