import type { Answer, PanelModel } from './panelModel';

/** How long a sentence stays, in ms: what did not go well takes longer to read, and is missed more easily. */
const shownMs = { ok: 10_000, failed: 60_000 };

/** Sentences of the status line, each until its time is over or the next one comes. */
export class Notices {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: PanelModel,
    private readonly changed: () => void,
  ) {}

  show({ ok, text }: Answer): void {
    clearTimeout(this.timer);
    this.model.notice = { ok, text };
    this.timer = setTimeout(() => this.end(), ok ? shownMs.ok : shownMs.failed);
    this.changed();
  }

  /** What was said no longer holds. */
  end(): void {
    clearTimeout(this.timer);
    if (this.model.notice === undefined) return;
    this.model.notice = undefined;
    this.changed();
  }
}
