/** How far a sender may lag behind its schedule before the schedule moves instead of being caught up in a burst. */
const catchUpMs = 1_000;

/** The times at which to send, at a steady rate: lateness of one message does not delay the next. */
export class Pace {
  private next = performance.now();

  /** `rate` in messages a second. */
  constructor(private readonly rate: number) {}

  /** How long to wait before the next message, in ms. */
  waitMs(): number {
    const now = performance.now();
    if (now - this.next > catchUpMs) this.next = now;
    const wait = Math.max(0, this.next - now);
    this.next += 1_000 / this.rate;
    return wait;
  }
}
