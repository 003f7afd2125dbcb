const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`
const PRODUCT = new RegExp(String.raw`^\s*${NUMBER}(?:\s*[*/]\s*${NUMBER})*\s*$`, 'i')

/**
 * The value of a number or of a product and quotient of numbers, `1.0/255.0` for example; undefined for any other text.
 * Configs of PaddleClas have such texts because it hands them to Python's `eval`.
 */
export function arithmetic(text: string): number | undefined {
  if (!PRODUCT.test(text)) return undefined
  const parts = text.match(new RegExp(`[*/]|${NUMBER}`, 'gi')) ?? []
  let value = Number(parts[0])
  for (let i = 1; i < parts.length; i += 2)
    value = parts[i] === '/' ? value / Number(parts[i + 1]) : value * Number(parts[i + 1])
  return Number.isFinite(value) ? value : undefined
}
