import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { nothingShown } from './nothingShown';
import { overlapText } from './overlapText';
import type { PanelModel } from './panelModel';
import type { StateEvents } from './stateEvents';
import { toolButton } from './toolButton';

/** The lines under the rows that say what is to be known of them. */
export function remarksView(model: PanelModel, events: StateEvents): readonly TemplateResult[] {
  const { frame, setup } = model;
  const hasRows = frame !== undefined && frame.end > frame.first;
  const overlap = overlapText(model);
  // Without rows the same is said in their place.
  const unmatched = hasRows ? nothingShown(model) : undefined;
  return [
    ...(unmatched === undefined ? [] : [remark(unmatched, showAllButton(events))]),
    ...(overlap === undefined ? [] : [remark(overlap)]),
    ...(hasRows && setup.beginning !== '' ? [remark(setup.beginning, closeButton(events))] : []),
  ];
}

/** Takes every filter away. */
export function showAllButton(events: StateEvents): TemplateResult {
  return html`<button type="button" class="button secondary show-all" @click=${() => events.allShown()}>${l10n.t('Show All Messages')}</button>`;
}

function closeButton(events: StateEvents): TemplateResult {
  return toolButton({
    icon: 'close',
    text: '',
    label: l10n.t('Close'),
    className: 'close-remark',
    act: () => events.beginningRead(),
  });
}

function remark(text: string, action: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<div class="remark-line" role="note">
    <span class="codicon codicon-info" aria-hidden="true"></span><span class="remark-text">${text}</span>${action}
  </div>`;
}
