import type { Source } from './source.ts'

/** All of a source but its pictures, for a source that has the same ones in another form. */
export function factsOf(source: Source): Omit<Source, 'read' | 'item'> {
  const { length, classes, targets, weight } = source
  return {
    length,
    classes,
    label: source.label.bind(source),
    ...(targets && { targets: targets.bind(source) }),
    ...(weight && { weight: weight.bind(source) }),
    name: source.name.bind(source),
  }
}
