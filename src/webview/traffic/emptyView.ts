import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { nothingShown } from './nothingShown';
import type { PanelModel } from './panelModel';
import { showAllButton } from './remarksView';
import type { StateEvents } from './stateEvents';
import { triesAgain } from './stateText';

/** What stands in the list while it has no rows; undefined when it has some. */
export function emptyView(model: PanelModel, events: StateEvents): TemplateResult | undefined {
  const { frame, state, setup } = model;
  if (frame !== undefined && frame.end > frame.first) return undefined;
  if (state.kind !== 'live') {
    const heading =
      state.detail === '' && triesAgain(state.kind)
        ? l10n.t('Connecting to {0}…', setup.connection)
        : state.detail;
    return html`<p class="empty-title">${heading}</p>${state.hint === '' ? nothing : html`<p>${state.hint}</p>`}
      ${triesAgain(state.kind) ? nothing : actions(events)}`;
  }
  if (frame?.paused === true && frame.newWhilePaused > 0) {
    return html`<p class="empty-title">${l10n.t('Paused.')}</p>
      <p>${l10n.t('Nothing from before the pause is left to show. Resume to see the new messages.')}</p>`;
  }
  const unmatched = nothingShown(model);
  if (unmatched !== undefined) return html`<p class="empty-title">${unmatched}</p>${showAllButton(events)}`;
  if (frame?.paused === true) return html`<p class="empty-title">${l10n.t('Paused.')}</p>`;
  return html`<p class="empty-title">${l10n.t('Listening on {0}.', setup.title)}</p>
    <p>${nothingYet(model)}</p>`;
}

function nothingYet({ frame, setup }: PanelModel): string {
  if ((frame?.counts.received ?? 0) > 0) return l10n.t('Nothing is in the buffer now.');
  const begun = setup.beginning === '' ? l10n.t('Nothing was published yet.') : setup.beginning;
  const rule = l10n.t(
    'Redis keeps no messages of a channel: only what is published from now on arrives here.',
  );
  const next = setup.readOnly ? '' : l10n.t('Publish below, or from another program.');
  return `${begun} ${rule} ${next}`.trimEnd();
}

/** The line under the rows that says why nothing arrives; nothing while all is well or the list is empty. */
export function problemView(model: PanelModel, events: StateEvents): TemplateResult | typeof nothing {
  const { state, frame } = model;
  const hasRows = frame !== undefined && frame.end > frame.first;
  if (!hasRows || state.kind === 'live') return nothing;
  return html`<div class="problem ${state.kind}" role="status">
    <span class="codicon codicon-${triesAgain(state.kind) ? 'warning' : 'error'}" aria-hidden="true"></span>
    <span class="problem-text" title=${`${state.detail} ${state.hint}`}>${state.detail} ${state.hint}</span>
    ${triesAgain(state.kind) ? nothing : actions(events)}
  </div>`;
}

function actions(events: StateEvents): TemplateResult {
  return html`<span class="actions"
    ><button type="button" class="button" @click=${() => events.retried()}>${l10n.t('Try Again')}</button
    ><button type="button" class="button secondary" @click=${() => events.logShown()}>${l10n.t('Show Log')}</button></span
  >`;
}
