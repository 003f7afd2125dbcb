import type { backbones } from '@clas/backbones'
import { section } from './markdown-table.ts'
import type { Check, Results } from './parity-line.ts'

type Entries = ReturnType<typeof backbones.list>

/** The page that lists every model, with what was measured of it. A model with a check that fails is not listed. */
export function modelsPage(entries: Entries, results: Results): string {
  const listed = entries.filter(({ name }) => passes(name, results))
  const families = [...new Set(listed.map(({ facts }) => facts.family ?? ''))]
  return [
    '# Models',
    '',
    `${listed.length} models of ${families.length} families. Written by \`npm run parity\`, which checks each of them: keys,`,
    'shapes, parameters and multiply-adds are those of the published model, and the logits of two pictures with filled',
    'weights agree with what PaddlePaddle computes, or another library where PaddlePaddle can not run the model. The error is',
    'the largest difference of a logit in units of their standard deviation; what it may be is in',
    '[numerics.md](numerics.md). Where there is a figure for training, a step of training agrees too: loss, gradients and',
    'statistics. Accuracies are the published ones on ImageNet.',
    '',
    ...families.map((family) => `${familySection(family, listed, results)}\n`),
  ].join('\n')
}

function familySection(family: string, entries: Entries, results: Results): string {
  const models = entries.filter(({ facts }) => facts.family === family)
  const { paper, year } = models[0]?.facts ?? {}
  const rows = models.map(({ name, facts }) => [
    `\`${name}\``,
    millions(facts.parameters),
    millions(facts.multiplyAdds),
    String(facts.inputSize),
    facts.top1 === undefined ? '' : (100 * facts.top1).toFixed(2),
    error(name, 'wasm', results),
    error(name, 'tensorflow', results),
    results.wasm?.training?.[name] ? 'yes' : '',
  ])
  const titles = [
    'model',
    'parameters (M)',
    'multiply-adds (M)',
    'input',
    'top-1 (%)',
    'error, wasm',
    'error, tensorflow',
    'training',
  ]
  return section(family, `${paper}, ${year}`, titles, rows)
}

const millions = (value = 0): string => (value / 1e6).toFixed(value < 1e7 ? 2 : 1)

function error(name: string, backend: string, results: Results): string {
  return results[backend]?.evaluation?.[name]?.error?.toExponential(1) ?? ''
}

/**
 * Whether the model agrees on every backend where it was compared, on one at least, and its gradients are finite on one: the
 * largest models' do not fit into the memory of `wasm`.
 */
function passes(name: string, results: Results): boolean {
  const lines = (check: Check) => Object.values(results).flatMap((byCheck) => byCheck[check]?.[name] ?? [])
  const agrees = [...lines('evaluation'), ...lines('training')].every(({ problems }) => problems.length === 0)
  return agrees && lines('evaluation').length > 0 && lines('gradients').some(({ problems }) => problems.length === 0)
}
