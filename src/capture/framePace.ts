/** Turns of the scheduler come so often, in ms. */
export const tickEveryMs = 20;
/** The time between two frames at the least, in ms, while the newest rows are on screen: 25 a second. */
const followEveryMs = 40;
/** The same while others are: what arrives changes counts only, and scrolling is to have the page's time. */
const readEveryMs = 100;
/** A page that takes long to draw has as long for all else before the next frame comes. */
const pauseShare = 2;
/** A window that was minimised acknowledges after minutes; it has not to wait so long again, in ms. */
const longestPauseMs = 400;

/**
 * When a panel's next frame may go out: one is in flight at most, and each leaves the page time for other things.
 * All times are in ms of performance.now().
 */
export class FramePace {
  /** Number of the frame that went out last. */
  private last = 0;
  /** Number of the frame that is not acknowledged yet; 0 when there is none. */
  private inFlight = 0;
  private sentAt = 0;
  /** How long the last frame was on its way until it was drawn and acknowledged, in ms. */
  private took = 0;

  /** Whether the frame before has been acknowledged. */
  get free(): boolean {
    return this.inFlight === 0;
  }

  /**
   * Whether the time of the next frame has come.
   * @param following whether the newest rows are on screen
   */
  isDue(now: number, following: boolean): boolean {
    const pause = Math.max(
      following ? followEveryMs : readEveryMs,
      Math.min(pauseShare * this.took, longestPauseMs),
    );
    // A turn that comes a moment early is the right one all the same.
    return this.free && now - this.sentAt >= pause - tickEveryMs / 2;
  }

  /** A frame goes out. @returns its number */
  send(now: number): number {
    this.sentAt = now;
    this.inFlight = ++this.last;
    return this.last;
  }

  /** The page has drawn a frame, and with it those before. */
  acknowledge(frame: number, now: number): void {
    if (this.free || frame < this.inFlight) return;
    this.took = now - this.sentAt;
    this.inFlight = 0;
  }

  /** What is in flight may never arrive, or nobody is there any more who would acknowledge it. */
  forget(): void {
    this.inFlight = 0;
  }
}
