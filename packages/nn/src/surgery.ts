import { ClasError } from '@clas/core'
import { type Buffer, joinPath, type Module, type Parameter, walk } from './module.ts'

/**
 * A copy of a description in which one module is replaced. Paths of all others stay, so that their variables still fit.
 *
 * @param root - the description to copy
 * @param path - the dotted path of the module to replace
 * @param replacement - the new module, or a function that makes it of the old one
 * @throws `unknown-path` when the path names no module
 * @example
 * ```ts
 * import { linear, relu, replace, sequential } from '@clas/nn'
 * const net = sequential([linear(4, 8), relu, linear(8, 2)])
 * console.log(replace(net, '2', linear(8, 5)).parts['2'])
 * ```
 */
export function replace(root: Module, path: string, replacement: Module | ((old: Module) => Module)): Module {
  const name = Object.keys(root.parts).find((each) => path === each || path.startsWith(`${each}.`)) ?? ''
  const rest = path.slice(name.length + 1)
  const part = root.parts[name]
  if (part?.part !== 'module') {
    throw new ClasError(
      'unknown-path',
      `there is no module '${path}' to replace; it has: ${Object.keys(root.parts).join(', ')}`,
      { path },
    )
  }
  let next: Module
  if (rest !== '') next = replace(part, rest, replacement)
  else next = typeof replacement === 'function' ? replacement(part) : replacement
  return { ...root, parts: { ...root.parts, [name]: next } }
}

/**
 * A copy of a description in which every module, innermost first, is what `change` makes of it.
 *
 * @param root - the description to copy
 * @param change - is given each module, the root last, and its path; returns it where nothing is to change
 * @param path - what paths begin with; default nothing
 * @example
 * ```ts
 * import { dropout, identity, linear, mapModules, sequential } from '@clas/nn'
 * const net = sequential([linear(4, 8), dropout(0.5), linear(8, 2)])
 * const without = mapModules(net, (module) => (module.type === 'dropout' ? identity() : module))
 * console.log(without.parts['1'])
 * ```
 */
export function mapModules(root: Module, change: (module: Module, path: string) => Module, path = ''): Module {
  const parts = Object.fromEntries(
    Object.entries(root.parts).map(([name, part]) => [
      name,
      part.part === 'module' ? mapModules(part, change, joinPath(path, name)) : part,
    ]),
  )
  return change({ ...root, parts }, path)
}

/**
 * The paths of the modules and parameters that are defined before a module: what to freeze to train from there on.
 *
 * @param root - the description
 * @param path - the dotted path of the first module that is to train
 * @throws `unknown-path` when the path names no module
 * @example
 * ```ts
 * import { linear, pathsBefore, relu, sequential } from '@clas/nn'
 * console.log(pathsBefore(sequential([linear(4, 8), relu, linear(8, 2)]), '2')) // 0, 0.weight, 0.bias, 1
 * ```
 */
export function pathsBefore(root: Module, path: string): string[] {
  const before: string[] = []
  for (const [at] of walk(root)) {
    if (at === path) return before.filter((candidate) => !path.startsWith(`${candidate}.`))
    before.push(at)
  }
  throw new ClasError('unknown-path', `there is no module '${path}'`, { path })
}

/** The parameters of a module by path, in the order of definition. */
export function parametersOf(root: Module): Readonly<Record<string, Parameter>> {
  return Object.fromEntries(
    [...walk(root)].filter((entry): entry is [string, Parameter] => entry[1].part === 'parameter'),
  )
}

/** The buffers of a module by path, in the order of definition. */
export function buffersOf(root: Module): Readonly<Record<string, Buffer>> {
  return Object.fromEntries([...walk(root)].filter((entry): entry is [string, Buffer] => entry[1].part === 'buffer'))
}

/**
 * The paths of parameters to which the published recipe applies no weight decay: what to give an optimizer as
 * `noDecay`.
 *
 * @param root - the description
 * @example
 * ```ts
 * import { batchNorm, conv2d, parametersWithoutDecay, sequential } from '@clas/nn'
 * const net = sequential([conv2d(3, 8, 3), batchNorm(8, { decay: false })])
 * console.log(parametersWithoutDecay(net)) // 1.weight, 1.bias
 * ```
 */
export function parametersWithoutDecay(root: Module): string[] {
  return Object.entries(parametersOf(root))
    .filter(([, parameter]) => !parameter.decay)
    .map(([path]) => path)
}
