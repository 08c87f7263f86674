import * as l10n from '@vscode/l10n';
import { filterCount, filterProblem } from './filterState';
import type { Formats } from './formats';
import { type PanelModel, rowAt } from './panelModel';
import { stateWord } from './stateText';

const intervalMs = 5_000;

/** Tells screen readers now and then what arrived, in place of every row, and at once which match was gone to. */
export class LiveSummary {
  private told = '';
  private toldMatch: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly region: HTMLElement,
    private readonly matchRegion: HTMLElement,
    private readonly formats: Formats,
  ) {}

  /** Says how things stand now, or, when that was said just before, at the end of the interval. */
  draw(model: PanelModel): void {
    this.tellMatch(model);
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

  private tellMatch(model: PanelModel): void {
    const { currentMatch, frame } = model;
    if (currentMatch === this.toldMatch) return;
    const row = currentMatch === undefined ? undefined : rowAt(frame, currentMatch);
    if (currentMatch !== undefined && row === undefined) return;
    this.toldMatch = currentMatch;
    this.matchRegion.textContent =
      row?.kind === 'message'
        ? l10n.t('Match {0}: {1}', filterCount(model, this.formats).text, row.preview)
        : '';
  }

  private summary(model: PanelModel): string {
    const { frame, state } = model;
    const all = l10n.t(
      '{0}. {1} messages received, {2} gaps.',
      stateWord(state.kind),
      this.formats.count(frame?.counts.received ?? 0),
      this.formats.count(frame?.counts.gaps ?? 0),
    );
    if (model.filter.text === '' || frame === undefined || filterProblem(model) !== undefined) return all;
    return `${all} ${l10n.t('{0} match.', this.formats.count(frame.counts.matching))}`;
  }
}
