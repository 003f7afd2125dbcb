import { ClasError } from '@clas/core'

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

/** Names for classes that have none: `0`, `1`, … up to the largest label. */
export function numberedClasses(labels: ArrayLike<number>): string[] {
  let largest = -1
  for (let i = 0; i < labels.length; i++) largest = Math.max(largest, labels[i] as number)
  return Array.from({ length: largest + 1 }, (_, label) => String(label))
}
