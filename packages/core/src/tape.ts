import { add, engine, ones, type Tensor } from '@tensorflow/tfjs-core'
import './gradients.ts'
import { ClasError } from './errors.ts'

/** A call of a kernel, as tfjs notes it for the backward pass. */
interface TapeNode {
  readonly kernelName: string
  readonly inputs: Readonly<Record<string, Tensor | null | undefined>>
  readonly outputs: readonly Tensor[]
  /** What the gradient needs of inputs and outputs. */
  readonly saved: readonly Tensor[]
  readonly gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>
}

/** What {@link differentiate} gives. */
interface Differentiated {
  /** Freed already where it was not wanted. */
  readonly y: Tensor
  /** In the order of the inputs; missing where y does not depend on one. */
  readonly gradients: readonly (Tensor | undefined)[]
}

/** How {@link differentiate} goes about it. */
interface DifferentiateOptions {
  /** The gradient of y. Default: ones. */
  readonly dy?: Tensor
  /** Frees y before the backward pass. Default: false. */
  readonly discard?: boolean
}

/**
 * Differentiates `y = f()` with respect to `xs`. Unlike `grads` of tfjs it keeps nothing for calls that don't depend on
 * `xs`, frees gradients and what was saved as soon as the backward pass is over them, and frees all when something is
 * thrown. The numbers are those of tfjs.
 */
export function differentiate(
  f: () => Tensor,
  xs: readonly Tensor[],
  { dy, discard = false }: DifferentiateOptions = {},
): Differentiated {
  const { state } = engine()
  if (state.gradientDepth > 0) {
    // Part of a differentiation that goes on around this: it needs all that is noted here.
    const { value, grads } = engine().gradients(f, [...xs], dy, true)
    return { y: value, gradients: grads.map((gradient) => gradient ?? undefined) }
  }
  const before = state.activeTape
  const tape = new Tape(xs)
  state.activeTape = tape as never
  state.gradientDepth++
  try {
    let y: Tensor
    try {
      y = engine().tidy('forward', f)
    } finally {
      state.gradientDepth--
      state.activeTape = before
    }
    const start = dy ?? ((): Tensor => ones(y.shape))
    if (discard) y.dispose()
    const gradients = engine().tidy('backward', () => backward(tape, xs, y.id, start) as Tensor[])
    return { y, gradients }
  } finally {
    for (const node of tape) free(node)
  }
}

/** Whether a gradient that is being computed flows through a tensor. Yes where tfjs keeps the tape, which doesn't say. */
export function isDifferentiated(tensor: Tensor): boolean {
  const { activeTape, gradientDepth, kernelDepth } = engine().state
  if (gradientDepth === 0 || kernelDepth > 0) return false
  return (activeTape as unknown) instanceof Tape ? (activeTape as unknown as Tape).reaches(tensor) : true
}

/** Keeps the calls that depend on the inputs alone: frozen layers cost no memory. */
class Tape extends Array<TapeNode> {
  readonly #reached: Set<number>

  constructor(xs: readonly Tensor[]) {
    super()
    this.#reached = new Set(xs.map(({ id }) => id))
  }

  /** Methods of arrays that make an array make an ordinary one. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  reaches({ id }: Tensor): boolean {
    return this.#reached.has(id)
  }

  override push(...nodes: TapeNode[]): number {
    for (const node of nodes) {
      const depends = Object.values(node.inputs).some((input) => input && this.reaches(input))
      if (depends) for (const { id } of node.outputs) this.#reached.add(id)
      // A differentiation inside this one is with respect to inputs of its own.
      if (depends || engine().state.gradientDepth > 1) super.push(node)
      else free(node)
    }
    return this.length
  }
}

function free({ saved }: TapeNode): void {
  for (const tensor of saved) tensor.dispose()
}

function backward(
  tape: Tape,
  xs: readonly Tensor[],
  y: number,
  start: Tensor | (() => Tensor),
): (Tensor | undefined)[] {
  const gradients = new Gradients(engine().state.activeScope.id)
  gradients.add([{ id: y, gradient: typeof start === 'function' ? start() : start }])
  for (let node = tape.pop(); node; node = tape.pop()) {
    try {
      step(node, tape, gradients)
    } finally {
      free(node)
    }
  }
  return gradients.handOver(xs)
}

/** Takes the gradients of a call's outputs to its inputs. */
function step(node: TapeNode, tape: Tape, gradients: Gradients): void {
  const { kernelName, inputs, outputs, saved, gradient } = node
  const dys = outputs.map(({ id }) => gradients.of(id) ?? null)
  if (dys.every((dy) => dy === null)) return
  if (!gradient) {
    const message = `the loss depends on parameters through ${kernelName}, which has no gradient; register one, or use another operation`
    throw new ClasError('unknown-name', message, { kernel: kernelName })
  }
  const wanted = Object.entries(inputs).filter(
    (entry): entry is [string, Tensor] => !!entry[1] && tape.reaches(entry[1]),
  )
  const dxs = engine().tidy(() => {
    const closures = gradient(dys)
    return wanted.map(([name, x]) => {
      const closure = closures[name]
      if (!closure)
        throw new ClasError('unknown-name', `${kernelName} has no gradient for its input '${name}'`, {
          kernelName,
          name,
        })
      const dx = engine().tidy(closure)
      if (dx.dtype !== 'float32' || String(dx.shape) !== String(x.shape)) {
        const found = `${dx.dtype} [${dx.shape}], expected float32 [${x.shape}]`
        throw new ClasError('shape-mismatch', `the gradient of ${kernelName} for its input '${name}' is ${found}`, {
          kernelName,
          name,
        })
      }
      return { id: x.id, gradient: saved.includes(dx) ? dx.clone() : dx }
    })
  })
  for (const { id } of outputs) gradients.lend(id)
  gradients.add(dxs)
  gradients.takeBack()
}

/** Gradients by the id of the tensor that they are of. One that nothing needs any more is freed at once. */
class Gradients {
  readonly #scope: number
  readonly #held = new Map<number, Tensor>()
  /** How often each is held: a gradient function may return what it was given. */
  readonly #uses = new Map<Tensor, number>()
  readonly #lent: Tensor[] = []

  /** @param scope - what was made in it is freed; all else belongs to somebody */
  constructor(scope: number) {
    this.#scope = scope
  }

  of(id: number): Tensor | undefined {
    return this.#held.get(id)
  }

  /** Takes over gradients that belong together: some may be the same tensor. */
  add(all: readonly { readonly id: number; readonly gradient: Tensor }[]): void {
    for (const { gradient } of all) this.#hold(gradient)
    for (const { id, gradient } of all) {
      const before = this.#held.get(id)
      const total = before ? add(before, gradient) : gradient
      this.#held.set(id, total)
      if (!before) continue
      this.#hold(total)
      this.#release(before)
      this.#release(gradient)
    }
  }

  /** Gives a gradient up, but not before {@link takeBack}. */
  lend(id: number): void {
    const gradient = this.#held.get(id)
    if (!gradient) return
    this.#held.delete(id)
    this.#lent.push(gradient)
  }

  takeBack(): void {
    for (const gradient of this.#lent.splice(0)) this.#release(gradient)
  }

  /** Each gradient as a tensor of its own, which the caller may free. */
  handOver(xs: readonly Tensor[]): (Tensor | undefined)[] {
    const given = new Set<Tensor>()
    return xs.map(({ id }) => {
      const gradient = this.#held.get(id)
      if (!gradient) return undefined
      if (!this.#isOurs(gradient) || given.has(gradient)) return gradient.clone()
      given.add(gradient)
      return gradient
    })
  }

  #hold(gradient: Tensor): void {
    this.#uses.set(gradient, (this.#uses.get(gradient) ?? 0) + 1)
  }

  #release(gradient: Tensor): void {
    const left = (this.#uses.get(gradient) ?? 1) - 1
    if (left > 0) {
      this.#uses.set(gradient, left)
      return
    }
    this.#uses.delete(gradient)
    if (this.#isOurs(gradient)) gradient.dispose()
  }

  #isOurs({ scopeId, kept }: Tensor): boolean {
    return scopeId === this.#scope && !kept
  }
}
