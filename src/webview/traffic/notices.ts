import type { Answer, PanelModel } from './panelModel';

/** What went well need not be told for ever, in ms; what did not stays until the next notice. */
const shownMs = 10_000;

/** Sentences of the status line. */
export class Notices {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: PanelModel,
    private readonly changed: () => void,
  ) {}

  show({ ok, text }: Answer): void {
    clearTimeout(this.timer);
    this.model.notice = { ok, text };
    if (ok) this.timer = setTimeout(() => this.end(), shownMs);
  }

  private end(): void {
    this.model.notice = undefined;
    this.changed();
  }
}
