/** The number after a flag among the arguments of a measurement; undefined where there is none. */
export function numberAfter(args: string[], name: string): number | undefined {
  const at = args.indexOf(name);
  const value = Number(args[at + 1]);
  return at < 0 || !Number.isFinite(value) ? undefined : value;
}

/** The middle one of some figures, the upper of two; NaN of none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The figure below which so many per cent of them are; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
