/** What each of the 8×8 frequencies is divided by: row by row, those of rows are vertical. */
export type QuantizationTable = readonly number[]

/** Table K.1 of the standard (ITU-T T.81), for brightness. */
const LUMINANCE: QuantizationTable = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
]

/** Table K.2 of the standard, for colour, whose rows from the fifth on are 99 throughout. */
const CHROMINANCE: QuantizationTable = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
]

/** The tables of a quality from 1 to 100, scaled as libjpeg does: 50 takes those of the standard. */
export function quantizationTables(quality: number): { luminance: QuantizationTable; chrominance: QuantizationTable } {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality
  const scale = (value: number): number => Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100)))
  return { luminance: LUMINANCE.map(scale), chrominance: CHROMINANCE.map(scale) }
}
