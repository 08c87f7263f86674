import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { TrafficCounts } from '../../protocol/traffic';
import type { Formats } from './formats';
import type { PanelModel } from './panelModel';

const none: TrafficCounts = {
  received: 0,
  receivedBytes: 0,
  kept: 0,
  evicted: 0,
  cut: 0,
  gaps: 0,
  matching: 0,
  filtered: 0,
  unfiltered: 0,
};

/** The account of what was received, always complete; what was lost is emphasised. */
export function statusView({ frame, notice }: PanelModel, formats: Formats): TemplateResult {
  const counts = frame?.counts ?? none;
  const count = (name: string, label: string, value: number, explained: string, loss = false) =>
    html`<span class="count ${loss && value > 0 ? 'loss' : ''}" data-count=${name} title=${explained}
      ><span class="count-name">${label}</span> <span class="count-value">${formats.count(value)}</span></span
    >`;
  return html`<div class="counts">
      ${count(
        'received',
        l10n.t('received'),
        counts.received,
        l10n.t(
          'Messages received since the panel was opened or cleared: {0}',
          formats.size(counts.receivedBytes),
        ),
      )}${count('kept', l10n.t('kept'), counts.kept, l10n.t('Messages in the buffer'))}${count(
        'filtered',
        l10n.t('filtered out'),
        counts.filtered,
        l10n.t(
          'Messages in the buffer that are not shown, because of the filter or of channels that are off',
        ),
      )}${count(
        'evicted',
        l10n.t('evicted'),
        counts.evicted,
        l10n.t('Messages that newer ones pushed out of the buffer'),
        true,
      )}${count(
        'cut',
        l10n.t('cut'),
        counts.cut,
        l10n.t('Messages too large for the buffer, of which only the first part was kept'),
        true,
      )}${count(
        'gaps',
        l10n.t('gaps'),
        counts.gaps,
        l10n.t('Times without a subscription, in which messages may have been missed'),
        true,
      )}
    </div>
    <div class="notice ${notice?.ok === false ? 'failed' : ''}" role="status" title=${notice?.text ?? nothing}>${notice?.text ?? nothing}</div>`;
}
