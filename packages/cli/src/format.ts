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

/** A count as 950, 12.3 K or 1.67 M. */
export function amount(count: number): string {
  if (count < 1000) return String(count)
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} K` : `${(count / 1e6).toFixed(2)} M`
}
