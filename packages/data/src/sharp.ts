import { ClasError } from '@clas/core'

/** The function that the package sharp exports. */
export type Sharp = typeof import('sharp').default

let loaded: Promise<Sharp> | undefined

/** Loads sharp at the first picture, so that a program without pictures runs without it. */
export function loadSharp(): Promise<Sharp> {
  loaded ??= importSharp(() => import('sharp'))
  return loaded
}

/**
 * Imports sharp by a function.
 *
 * @throws `backend-unavailable` with the command that installs it
 */
export async function importSharp(load: () => Promise<{ readonly default: Sharp }>): Promise<Sharp> {
  try {
    return (await load()).default
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new ClasError(
      'backend-unavailable',
      `pictures are decoded by the package sharp, which can't be loaded (${reason}); run: npm install sharp`,
      { package: 'sharp', reason },
      { cause },
    )
  }
}
