import { ClasError } from '@clas/core'

/** Throws `bad-option`, unless the condition holds. */
export function requireThat(holds: boolean, option: string, found: unknown, expected: string): void {
  if (holds) return
  throw new ClasError('bad-option', `${option} must be ${expected}, found ${String(found)}`, {
    option,
    found,
    expected,
  })
}

export function requireFinite(option: string, found: number): void {
  requireThat(Number.isFinite(found), option, found, 'a finite number')
}

export function requireAtLeastZero(option: string, found: number): void {
  requireThat(Number.isFinite(found) && found >= 0, option, found, 'a number of at least 0')
}

export function requireOverZero(option: string, found: number): void {
  requireThat(Number.isFinite(found) && found > 0, option, found, 'a number over 0')
}

/** For factors of moving averages. */
export function requireFraction(option: string, found: number): void {
  requireThat(found >= 0 && found < 1, option, found, 'in [0, 1)')
}
