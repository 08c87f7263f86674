/** What the texts in place of the rows, and below them, offer to do. */
export interface StateEvents {
  retried(): void;
  logShown(): void;
  /** Takes every filter away. */
  allShown(): void;
  /** What was said of the panel's beginning need not be said again. */
  beginningRead(): void;
}
