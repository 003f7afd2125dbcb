import { ClasError } from '@clas/core'
import type { Source } from './source.ts'

/** What a label is in a file: a number from 0, a class's name, or a row with one value in [0, 1] per class. */
export type LabelValue = number | string | readonly number[]

/** The part of a source that says what its pictures are. */
export type Labels = Pick<Source, 'classes' | 'label' | 'targets'>

// More than any set has, and few enough that a number made to fill the memory doesn't.
const MOST_NUMBERED_CLASSES = 1_000_000

/**
 * Makes sense of the labels of a file: all numbers, all names or all rows. Names that are all whole numbers are numbers,
 * unless the classes are called so.
 *
 * @param classes - default: the numbers up to the largest label, or the names in the order of their code units
 * @param place - says where the label at an index stands
 * @throws `class-mismatch` when a label isn't one of the classes, or of another kind than the first
 */
export function readLabels(
  values: readonly LabelValue[],
  classes: readonly string[] | undefined,
  place: (index: number) => string,
): Labels {
  const kind = kindOf(values[0])
  const other = values.findIndex((value) => kindOf(value) !== kind)
  if (other > 0) {
    throw new ClasError(
      'class-mismatch',
      `${place(other)} has the label ${JSON.stringify(values[other])}, ${place(0)} ${JSON.stringify(values[0])}; ` +
        'labels must all be numbers, all names, or all rows',
      { index: other },
    )
  }
  if (kind === 'row') return rows(values as readonly (readonly number[])[], classes, place)
  const isNumber = (value: LabelValue): boolean => /^\d{1,9}$/.test(String(value)) && !classes?.includes(String(value))
  return kind === 'number' || values.every(isNumber)
    ? numbered(values.map(Number), classes, place)
    : named(values as readonly string[], classes, place)
}

/** Throws `class-mismatch` unless every label is an index into the classes; `name` says which picture is wrong. */
export function checkLabels(
  labels: ArrayLike<number>,
  classes: readonly string[],
  name: (index: number) => string,
): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (Number.isInteger(label) && label >= 0 && label < classes.length) continue
    throw new ClasError(
      'class-mismatch',
      `${name(i)} has the label ${label}; with ${classes.length} classes a label is 0 to ${classes.length - 1}`,
      { index: i, label, classes: classes.length },
    )
  }
}

/**
 * Names for classes that have none: `0`, `1`, … up to the largest label.
 *
 * @throws `class-mismatch` when that is over a million
 */
export function numberedClasses(labels: ArrayLike<number>, name: (index: number) => string): string[] {
  let largest = -1
  let at = 0
  for (let i = 0; i < labels.length; i++) {
    if (!((labels[i] as number) > largest)) continue
    largest = labels[i] as number
    at = i
  }
  if (largest < MOST_NUMBERED_CLASSES) return Array.from({ length: largest + 1 }, (_, label) => String(label))
  throw new ClasError(
    'class-mismatch',
    `${name(at)} has the label ${largest}: that would be over a million classes; give their names, or number them anew`,
    { index: at, label: largest },
  )
}

/** The order of `<`, which no locale changes. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function kindOf(value: LabelValue | undefined): 'number' | 'name' | 'row' {
  if (typeof value === 'string') return 'name'
  return typeof value === 'object' ? 'row' : 'number'
}

function numbered(
  labels: readonly number[],
  given: readonly string[] | undefined,
  place: (index: number) => string,
): Labels {
  const classes = given ?? numberedClasses(labels, place)
  checkLabels(labels, classes, place)
  return { classes, label: (index) => labels[index] as number }
}

function named(
  names: readonly string[],
  classes: readonly string[] = [...new Set(names)].sort(byCodeUnits),
  place: (index: number) => string,
): Labels {
  const byName = new Map(classes.map((name, label) => [name, label]))
  const labels = names.map((name, i) => {
    const label = byName.get(name)
    if (label !== undefined) return label
    throw new ClasError(
      'class-mismatch',
      `${place(i)} has the label '${name}', which isn't one of the ${classes.length} classes: ${classes.join(', ')}`,
      { index: i, label: name },
    )
  })
  return { classes, label: (index) => labels[index] as number }
}

function rows(
  targets: readonly (readonly number[])[],
  classes: readonly string[] = (targets[0] ?? []).map((_, label) => String(label)),
  place: (index: number) => string,
): Labels {
  targets.forEach((row, i) => {
    if (row.length === classes.length && row.every((value) => value >= 0 && value <= 1)) return
    throw new ClasError(
      'class-mismatch',
      `${place(i)} has the labels [${row}]; expected ${classes.length} numbers in [0, 1], one per class`,
      { index: i, labels: row, classes: classes.length },
    )
  })
  return {
    classes,
    label: (index) => Math.max(0, targets[index]?.findIndex((value) => value > 0) ?? 0),
    targets: (index) => targets[index] as readonly number[],
  }
}
