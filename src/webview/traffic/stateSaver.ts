import type { HostPort } from './hostPort';
import type { SavedState } from './savedState';

const delayMs = 150;

/** Saves the panel's state soon after it changed. A webview that is hidden is gone without a word, so not much later. */
export class StateSaver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saved = '';

  constructor(private readonly port: HostPort) {}

  saveSoon(state: () => SavedState): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const now = state();
      const text = JSON.stringify(now);
      if (text === this.saved) return;
      this.saved = text;
      this.port.save(now);
    }, delayMs);
  }
}
