import type { HostPort } from './hostPort';
import type { SavedState } from './savedState';

const pauseMs = 150;

/**
 * Saves the panel's state when it changed: at once, and during a pause after that only at its end. A webview that is
 * hidden is gone without a word.
 */
export class StateSaver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saved = '';

  constructor(private readonly port: HostPort) {}

  save(state: () => SavedState): void {
    if (this.timer !== undefined) return;
    const now = state();
    const text = JSON.stringify(now);
    if (text === this.saved) return;
    this.saved = text;
    this.port.save(now);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.save(state);
    }, pauseMs);
  }
}
