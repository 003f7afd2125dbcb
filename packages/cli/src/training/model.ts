import { backbones, type Model } from '@clas/backbones'
import { ClasError, isClasError, nearest, selects } from '@clas/core'
import { parametersOf, type Summary, summary } from '@clas/nn'
import type { Settings } from './settings.ts'

/** What a model is made of. */
export type ModelSettings = Pick<Settings, 'model' | 'size' | 'strides' | 'freeze'> & {
  readonly classes: readonly string[]
}

/**
 * Makes a model, and tries it on the shape of a picture before any weight is made.
 *
 * @throws `unknown-name`; `bad-option` when the model can't take pictures of this size or has no strides to choose;
 *   `shape-mismatch` when its output isn't a number per class; `unknown-path` when nothing is frozen by a path
 */
export function buildModel({ model: name, classes, size, strides, freeze }: ModelSettings): Model {
  const { create } = backbones.get(name)
  const model = create({ classes: classes.length, ...(strides && { strides }) })
  const shapes = shapesFor(model, size)
  requireLogits(shapes, model, classes.length)
  if (strides && sameShapes(shapes, shapesFor(create({ classes: classes.length }), size))) {
    throw new ClasError(
      'bad-option',
      `the strides ${strides.join(',')} change nothing in ${name}; leave out --strides`,
      {
        model: name,
        strides,
      },
    )
  }
  const paths = Object.keys(parametersOf(model))
  for (const selector of freeze) {
    if (paths.some((path) => selects(selector, path))) continue
    const near = nearest(selector, [...new Set(paths.flatMap(prefixes))])
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `they begin with ${heads(paths).join(', ')}`
    throw new ClasError('unknown-path', `no parameter of ${name} is at '${selector}'; ${hint}`, {
      path: selector,
      near,
    })
  }
  return model
}

function shapesFor(model: Model, size: number): Summary {
  try {
    return summary(model, [1, size, size, 3])
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const hint = `it is published for ${model.inputSize}; choose another --size`
    const code = isClasError(error) && error.code !== 'shape-mismatch' ? error.code : 'bad-option'
    throw new ClasError(
      code,
      `${model.name} can't take pictures of ${size}×${size} (${error.message}); ${hint}`,
      { size },
      { cause: error },
    )
  }
}

/** What a loss and a label need: a number per class. */
function requireLogits({ outputShape }: Summary, model: Model, classes: number): void {
  if (String(outputShape) === String([1, classes])) return
  throw new ClasError(
    'shape-mismatch',
    `${model.name} makes [${outputShape.join(', ')}] of a picture, expected logits of shape [1, ${classes}]` +
      (model.classifier === undefined ? '; it has no classifier, choose another of `clas models`' : ''),
    { model: model.name, found: outputShape, expected: [1, classes] },
  )
}

function sameShapes(a: Summary, b: Summary): boolean {
  return a.layers.every(({ outputShape }, i) => String(outputShape) === String(b.layers[i]?.outputShape))
}

/** `a`, `a.b` and `a.b.c` of `a.b.c`. */
function prefixes(path: string): string[] {
  const parts = path.split('.')
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'))
}

function heads(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.split('.')[0] ?? ''))]
}
