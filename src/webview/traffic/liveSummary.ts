import * as l10n from '@vscode/l10n';
import type { Formats } from './formats';
import type { PanelModel } from './panelModel';
import { stateWord } from './stateText';

const intervalMs = 5_000;

/** Tells screen readers now and then what arrived, in place of every row. */
export class LiveSummary {
  private told = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly region: HTMLElement,
    private readonly formats: Formats,
  ) {}

  /** Says how things stand now, or, when that was said just before, at the end of the interval. */
  draw(model: PanelModel): void {
    if (this.timer !== undefined) return;
    const text = this.summary(model);
    if (text === this.told) return;
    this.told = text;
    this.region.textContent = text;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.draw(model);
    }, intervalMs);
  }

  private summary({ frame, state }: PanelModel): string {
    return l10n.t(
      '{0}. {1} messages received, {2} gaps.',
      stateWord(state.kind),
      this.formats.count(frame?.counts.received ?? 0),
      this.formats.count(frame?.counts.gaps ?? 0),
    );
  }
}
