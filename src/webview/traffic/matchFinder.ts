import * as l10n from '@vscode/l10n';
import type { HostPort } from './hostPort';
import type { Notices } from './notices';
import { isInForce, type PanelModel } from './panelModel';
import type { RowCursor } from './rowCursor';
import { RowQuestions } from './rowQuestions';
import type { TrafficList } from './trafficList';

/** Downwards or upwards on the screen. */
export type MatchStep = 'next' | 'previous';

/** Goes from match to match, around the ends. */
export class MatchFinder {
  readonly questions: RowQuestions;
  /** What was pressed while an answer was on the way. */
  private further: MatchStep | undefined;

  constructor(
    private readonly model: PanelModel,
    private readonly list: TrafficList,
    private readonly cursor: RowCursor,
    port: HostPort,
    private readonly notices: Notices,
    private readonly changed: () => void,
  ) {
    this.questions = new RowQuestions(port);
  }

  step(step: MatchStep): void {
    if (this.model.filter.text === '' || this.model.frame === undefined) return;
    if (this.questions.busy) {
      this.further = step;
      return;
    }
    this.further = undefined;
    const newer = (step === 'next') === (this.model.order === 'newestLast');
    this.ask(this.startOf(newer), newer ? 1 : -1, false);
  }

  private ask(ordinal: number, direction: 1 | -1, wrapped: boolean): void {
    this.questions.ask({ kind: 'beside', ordinal, direction }, (found) =>
      this.found(found, direction, wrapped),
    );
  }

  private found(ordinal: number | undefined, direction: 1 | -1, wrapped: boolean): void {
    const { model } = this;
    if (ordinal === undefined && !wrapped) {
      this.ask(beyond(direction), direction, true);
      return;
    }
    if (ordinal === undefined) {
      this.notices.show({ ok: true, text: noneText(model) });
    } else {
      this.cursor.show(ordinal);
      model.currentMatch = ordinal;
      if (wrapped) this.notices.show({ ok: true, text: aroundText(direction) });
      else this.notices.end();
    }
    this.changed();
    if (this.further !== undefined) this.step(this.further);
  }

  /** The row from which to look: the cursor's, else the one beyond the edge of the screen. */
  private startOf(newer: boolean): number {
    const { model } = this;
    const { frame, cursor } = model;
    if (model.filter.mode === 'filter' && !isInForce(model)) return beyond(newer ? 1 : -1);
    if (cursor !== undefined && frame !== undefined && cursor >= frame.first && cursor < frame.end)
      return cursor;
    const { first, end } = this.list.visible;
    return newer ? first - 1 : end;
  }
}

/** Before all rows, or after them. */
function beyond(direction: 1 | -1): number {
  return direction === 1 ? -1 : Number.MAX_SAFE_INTEGER;
}

function noneText({ frame }: PanelModel): string {
  return frame?.paused === true && frame.counts.matching > 0
    ? l10n.t('No message matches among those that the pause holds still.')
    : l10n.t('No message matches.');
}

function aroundText(direction: 1 | -1): string {
  return direction === 1
    ? l10n.t('No newer match: went on from the oldest.')
    : l10n.t('No older match: went on from the newest.');
}
