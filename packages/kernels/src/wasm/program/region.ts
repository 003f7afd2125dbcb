/** Addresses of regions, while it is not known where they lie, are this far apart: beyond all that an address can be. */
const APART = 2 ** 33

/**
 * Memory whose place is found after the program was written, or anew at each run. What is written with its address in
 * it is corrected when the place changes.
 */
export class Region {
  readonly bytes: number
  /** Stands for its first byte while the program is written. */
  readonly placeholder: number
  readonly #targets: number[][] = []
  readonly #positions: number[] = []
  readonly #offsets: number[] = []
  #address = -1

  constructor(bytes: number, placeholder: number) {
    this.bytes = bytes
    this.placeholder = placeholder
  }

  get address(): number {
    return this.#address
  }

  /** Says where it lies. */
  place(address: number): void {
    if (address === this.#address) return
    this.#address = address
    for (let i = 0; i < this.#targets.length; i++) {
      ;(this.#targets[i] as number[])[this.#positions[i] as number] = address + (this.#offsets[i] as number)
    }
  }

  /** Has an address within it corrected at that position of a list. */
  correct(target: number[], position: number, offset: number): void {
    this.#targets.push(target)
    this.#positions.push(position)
    this.#offsets.push(offset)
  }
}

/** Hands out regions and finds them by addresses within. */
export class Regions {
  readonly #regions: Region[] = []

  make(bytes: number): Region {
    const region = new Region(bytes, (this.#regions.length + 1) * APART)
    this.#regions.push(region)
    return region
  }

  /** The region of an address, undefined for other numbers. */
  find(number: number): Region | undefined {
    return number >= APART ? this.#regions[Math.floor(number / APART) - 1] : undefined
  }

  /** Sees to it that the addresses in a list of arguments become real ones. */
  resolve(list: number[]): number[] {
    for (let i = 0; i < list.length; i++) {
      const number = list[i] as number
      const region = this.find(number)
      if (region) region.correct(list, i, number - region.placeholder)
    }
    return list
  }
}

/** Whether a number of a kernel's attributes could be taken for an address. */
export function looksLikeAddress(attributes: unknown): boolean {
  if (typeof attributes === 'number') return attributes >= APART
  return typeof attributes === 'object' && attributes !== null && Object.values(attributes).some(looksLikeAddress)
}
