import type { ActivationAttributes } from '../../contract.ts'
import type { WasmKernel } from '../call.ts'
import { affineActivation, normActivation, normActivationGradient } from '../norm-activation.ts'
import type { Graph } from './graph.ts'
import type { Fusion, Pattern } from './pattern.ts'
import type { TracedCall, Value, View } from './trace.ts'

/** batchNorm → activation, where a gradient computes what was between them anew instead of keeping it. */
const normThenActivation: Pattern = (norm, graph) => {
  if (!is(norm, 'ClasBatchNorm')) return undefined
  const [y] = norm.outputs
  const [activation, gradient, ...others] = y ? graph.consumersOf(y.value) : []
  if (!y || !activation || others.length > 0 || !is(activation, 'ClasActivation')) return undefined
  const forward = normWithActivation(norm, activation, undefined)
  if (!gradient) return graph.isOnlyFor(y.value, activation) ? [forward] : undefined
  if (!is(gradient, 'ClasActivationGradient') || !takes(gradient, 'x', y.value)) return undefined
  if (takes(gradient, 'dy', y.value) || !sameAttributes(activation, gradient)) return undefined
  if (!graph.isOnlyFor(y.value, activation, gradient)) return undefined
  const normGradient = normGradientAfter(gradient, graph)
  if (!normGradient || !isGradientOf(normGradient, norm)) return undefined
  return [forward, gradientWithActivation(gradient, normGradient, input(norm, 'beta'), false, graph)]
}

/** The gradient of an activation from its result, where that says the same: what was activated need not be kept. */
const gradientByResult: Pattern = (activation, graph) => {
  if (!is(activation, 'ClasActivation') || !resultTells(activation)) return undefined
  const s = input(activation, 'x').value
  const [z] = activation.outputs
  const gradients = graph.consumersOf(s).filter((call) => call !== activation)
  if (!z || gradients.length === 0 || graph.isResult(s)) return undefined
  if (!gradients.every((call) => isGradientOfActivation(call, activation, s))) return undefined
  return gradients.map((call) => {
    const x = { ...z, shape: input(call, 'x').shape }
    return { members: [call], fused: { ...call, inputs: new Map([...call.inputs]).set('x', x) } }
  })
}

/** batchNorm or affine → add → activation: the end of a residual block. */
const normThenSum: Pattern = (activation, graph) => {
  if (!is(activation, 'ClasActivation')) return undefined
  const s = input(activation, 'x').value
  const add = graph.producerOf(s)
  if (!add || !is(add, 'Add') || !graph.isOnlyFor(s, activation)) return undefined
  const [a, b] = [input(add, 'a'), input(add, 'b')]
  if (`${a.shape}` !== `${b.shape}` || a.value === b.value) return undefined
  const candidates = [[a, b] as const, [b, a] as const].flatMap(([own, shortcut]) => {
    const norm = graph.producerOf(own.value)
    const fits = norm && (is(norm, 'ClasBatchNorm') || is(norm, 'ClasAffine')) && norm.outputs[0]?.value === own.value
    return fits && graph.isOnlyFor(own.value, add) ? [{ norm, shortcut }] : []
  })
  // The later one: the other one's result is there already.
  candidates.sort((left, right) => graph.positionOf(right.norm) - graph.positionOf(left.norm))
  const [found] = candidates
  if (!found) return undefined
  const { members, fused } = normWithActivation(found.norm, activation, found.shortcut)
  return [{ members: [...members, add], fused }]
}

/** affine → activation */
const affineThenActivation: Pattern = (affine, graph) => {
  if (!is(affine, 'ClasAffine')) return undefined
  const [y] = affine.outputs
  const [activation] = y ? graph.consumersOf(y.value) : []
  if (!y || !activation || !is(activation, 'ClasActivation') || !graph.isOnlyFor(y.value, activation)) return undefined
  return [normWithActivation(affine, activation, undefined)]
}

/** The gradient of an activation → that of the batch normalisation before it. */
const activationGradientThenNorm: Pattern = (gradient, graph) => {
  if (!is(gradient, 'ClasActivationGradient')) return undefined
  const normGradient = normGradientAfter(gradient, graph)
  return normGradient && [gradientWithActivation(gradient, normGradient, undefined, true, graph)]
}

/** One after the other. The first makes way for the second, which leaves more to the others. */
export const PATTERNS: readonly Pattern[] = [
  normThenActivation,
  gradientByResult,
  normThenActivation,
  normThenSum,
  affineThenActivation,
  activationGradientThenNorm,
]

/** @param shortcut - what is added between the two */
function normWithActivation(norm: TracedCall, activation: TracedCall, shortcut: View | undefined): Fusion {
  const isAffine = norm.name === 'ClasAffine'
  const [, ...statistics] = norm.outputs
  return {
    members: [norm, activation],
    fused: {
      name: isAffine ? 'affineActivation' : 'normActivation',
      attributes: { ...norm.attributes, ...activation.attributes },
      inputs: shortcut ? new Map([...norm.inputs, ['shortcut', shortcut]]) : norm.inputs,
      outputs: [...activation.outputs, ...statistics],
      kernel: { own: (isAffine ? affineActivation : normActivation) as WasmKernel<unknown> },
    },
  }
}

/** @param beta - given where what was activated is computed anew */
function gradientWithActivation(
  gradient: TracedCall,
  normGradient: TracedCall,
  beta: View | undefined,
  bySource: boolean,
  graph: Graph,
): Fusion {
  const [d] = gradient.outputs as [View]
  const dy = input(gradient, 'dy')
  const keeps = !graph.isOnlyFor(d.value, normGradient)
  const add = graph.producerOf(dy.value)
  const isSum = add && is(add, 'Add') && `${input(add, 'a').shape}` === `${input(add, 'b').shape}`
  const sum = isSum && graph.isOnlyFor(dy.value, gradient) && add
  const inputs = new Map(normGradient.inputs)
  inputs.set('dy', sum ? input(sum, 'a') : dy)
  if (sum) inputs.set('more', input(sum, 'b'))
  if (bySource) inputs.set('source', input(gradient, 'x'))
  if (beta) inputs.set('beta', beta)
  return {
    members: sum ? [sum, gradient, normGradient] : [gradient, normGradient],
    fused: {
      name: 'normActivationGradient',
      attributes: { ...normGradient.attributes, ...gradient.attributes, keeps },
      inputs,
      outputs: keeps ? [...normGradient.outputs, d] : normGradient.outputs,
      kernel: { own: normActivationGradient as WasmKernel<unknown> },
    },
  }
}

/** The gradient of a batch normalisation that an activation's gradient goes into. The kernel takes channels in fours. */
function normGradientAfter(gradient: TracedCall, graph: Graph): TracedCall | undefined {
  const [d] = gradient.outputs
  const found =
    d && graph.consumersOf(d.value).find((call) => is(call, 'ClasBatchNormGradient') && takes(call, 'dy', d.value))
  if (!d || !found || takes(found, 'x', d.value)) return undefined
  return input(found, 'gamma').value.size % 4 === 0 ? found : undefined
}

function isGradientOf(normGradient: TracedCall, norm: TracedCall): boolean {
  const [, mean, variance] = norm.outputs
  return (
    takes(normGradient, 'x', input(norm, 'x').value) &&
    takes(normGradient, 'gamma', input(norm, 'gamma').value) &&
    takes(normGradient, 'mean', mean?.value) &&
    takes(normGradient, 'variance', variance?.value) &&
    sameAttributes(normGradient, norm)
  )
}

function isGradientOfActivation(call: TracedCall, activation: TracedCall, s: Value): boolean {
  const isGradient = is(call, 'ClasActivationGradient') && takes(call, 'x', s) && !takes(call, 'dy', s)
  return isGradient && sameAttributes(call, activation)
}

/** Whether the derivative at a value is that at the activation's result, taken for a value. */
function resultTells({ attributes }: TracedCall): boolean {
  const { kind, slope } = attributes as ActivationAttributes
  return kind === 'relu' || kind === 'relu6' || (kind === 'leakyRelu' && slope > 0)
}

/** Whether it is that kernel, and the one of the module. */
function is(call: TracedCall, name: string): boolean {
  return call.name === name && 'own' in call.kernel
}

function input(call: TracedCall, name: string): View {
  return call.inputs.get(name) as View
}

function takes(call: TracedCall, name: string, value: Value | undefined): boolean {
  return value !== undefined && call.inputs.get(name)?.value === value
}

function sameAttributes(a: TracedCall, b: TracedCall): boolean {
  return JSON.stringify(a.attributes) === JSON.stringify(b.attributes)
}
