import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { PanelModel } from './panelModel';

/** The line under the rows that says why messages of a channel stand there more than once. */
export function overlapView({ frame }: PanelModel): TemplateResult | typeof nothing {
  const overlaps = frame?.overlaps ?? [];
  const first = overlaps[0];
  if (first === undefined) return nothing;
  const names = first.subscriptions.join(', ');
  const text =
    overlaps.length === 1
      ? l10n.t('{0} comes through {1}: Redis sends its messages once for each.', first.channel, names)
      : l10n.t(
          '{0} and other channels come through several subscriptions ({1}): Redis sends their messages once for each.',
          first.channel,
          names,
        );
  return html`<div class="remark-line" role="note" title=${text}>
    <span class="codicon codicon-info" aria-hidden="true"></span><span class="remark-text">${text}</span>
  </div>`;
}
