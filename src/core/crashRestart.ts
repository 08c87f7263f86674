/** A program that ran for this long had recovered from what made it crash before. */
export const recoveredAfterMs = 60_000;

const firstMs = 1_000;
const longestMs = 60_000;

/** How long to wait before a restart: 1 s after the first crash in a row, twice as long after each, at most a minute. */
export function backOffMs(crashes: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, crashes - 1));
}
