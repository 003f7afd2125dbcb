/**
 * What lies beyond the border of a picture: a colour, the border pixel over and over, or the picture mirrored at the
 * border pixel (`reflect`) or at the border (`symmetric`).
 */
export type BorderMode = 'constant' | 'edge' | 'reflect' | 'symmetric'

/** All values of {@link BorderMode}. */
export const BORDER_MODES: readonly BorderMode[] = ['constant', 'edge', 'reflect', 'symmetric']

/** Which of `length` positions is shown at a position that may lie beyond either end. */
export function beyond(mode: Exclude<BorderMode, 'constant'>, position: number, length: number): number {
  if (mode === 'edge') return Math.min(Math.max(position, 0), length - 1)
  const repeated = mode === 'symmetric' ? 1 : 0
  const period = Math.max(1, 2 * (length - 1 + repeated))
  const within = ((position % period) + period) % period
  return within < length ? within : period - within - repeated
}
