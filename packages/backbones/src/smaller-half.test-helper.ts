import { backbones } from './registry.ts'

/** Above which a model is left to `npm run parity`: the tests' one process would not hold many of them. */
const MOST_PARAMETERS = 100e6

/** The names of the smaller half of each family, by parameters: what fits into the tests' minutes. */
export function smallerHalves(): ReadonlySet<string> {
  const families = new Map<string, { name: string; parameters: number }[]>()
  for (const { name, facts } of backbones.list()) {
    const family = facts.family ?? name
    families.set(family, [...(families.get(family) ?? []), { name, parameters: facts.parameters ?? 0 }])
  }
  const halves = [...families.values()].flatMap((models) =>
    [...models]
      .sort((a, b) => a.parameters - b.parameters)
      .slice(0, Math.ceil(models.length / 2))
      .filter(({ parameters }) => parameters < MOST_PARAMETERS),
  )
  return new Set(halves.map(({ name }) => name))
}
