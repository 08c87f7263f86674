import { type CapturePanel, sliceMs } from './capturePanel';
import { tickEveryMs } from './framePace';

/**
 * Gives all panels their turns: frames at their time, and filtering in slices with the sockets being read in between.
 * Does nothing at all while no panel is to be seen.
 */
export class CaptureScheduler {
  private timer: NodeJS.Timeout | undefined;
  private slice: NodeJS.Immediate | undefined;
  private turn = 0;

  constructor(private readonly panels: () => readonly CapturePanel[]) {}

  /** To be called whenever a panel may have become active, or ceased to be. */
  update(): void {
    const active = this.panels().some((panel) => panel.active);
    if (active && this.timer === undefined) {
      this.timer = setInterval(() => this.tick(), tickEveryMs);
    } else if (!active) {
      this.dispose();
    }
  }

  dispose(): void {
    clearInterval(this.timer);
    clearImmediate(this.slice);
    this.timer = undefined;
    this.slice = undefined;
  }

  private tick(): void {
    this.work();
    const now = performance.now();
    for (const panel of this.panels()) panel.tick(now);
  }

  private work(): void {
    clearImmediate(this.slice);
    this.slice = undefined;
    const active = this.panels().filter((panel) => panel.active);
    const deadline = performance.now() + sliceMs;
    let more = false;
    for (let at = 0; at < active.length; at++) {
      // Another panel is first each time, so that none waits for the rest.
      const panel = active[(at + this.turn) % active.length];
      if (panel !== undefined && performance.now() < deadline) more = panel.work(deadline) || more;
      else more = true;
    }
    this.turn++;
    if (more) this.slice = setImmediate(() => this.work());
  }
}
