/** A fraction as 12.34%. */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`
}

/** Seconds as 4.2 s, 3 min 5 s or 2 h 10 min. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Bytes as 812 MB or 1.24 GB, in powers of ten. */
export function bytes(count: number): string {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} KB`
  return count < 1e9 ? `${Math.round(count / 1e6)} MB` : `${(count / 1e9).toFixed(2)} GB`
}

/** A count as 950, 12.3 K or 1.67 M. */
export function amount(count: number): string {
  if (count < 1000) return String(count)
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} K` : `${(count / 1e6).toFixed(2)} M`
}
