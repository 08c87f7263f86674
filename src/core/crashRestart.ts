/** A program that ran for this long had recovered from what made it crash before. */
const recoveredAfterMs = 60_000;

const firstMs = 1_000;
const longestMs = 60_000;

/** A worker is restarted after so many crashes in a row, of which it has had some. */
export interface RestartRule {
  readonly most: number;
  readonly crashes: number;
}

/** Crashes in a row with that of a program that ran for so long, if a restart answers it; else undefined. */
export function crashToRestart({ most, crashes }: RestartRule, ranMs: number): number | undefined {
  const inARow = (ranMs > recoveredAfterMs ? 0 : crashes) + 1;
  return inARow > most ? undefined : inARow;
}

/** How long to wait before a restart: 1 s after the first crash in a row, twice as long after each, at most a minute. */
export function backOffMs(crashes: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, crashes - 1));
}
