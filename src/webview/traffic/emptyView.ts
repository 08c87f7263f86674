import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { showsAll } from './channelFilter';
import { filterProblem } from './filterState';
import { isInForce, type PanelModel } from './panelModel';
import { triesAgain } from './stateText';

export interface StateEvents {
  retried(): void;
  logShown(): void;
}

/** What stands in the list while it has no rows; undefined when it has some. */
export function emptyView(model: PanelModel, events: StateEvents): TemplateResult | undefined {
  const { frame, state, filter, setup } = model;
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
  if (frame !== undefined && frame.counts.kept > 0 && (filter.text !== '' || !showsAll(filter))) {
    const searching =
      filterProblem(model) === undefined && (!isInForce(model) || frame.counts.unfiltered > 0);
    const text = searching
      ? l10n.t('Searching…')
      : filter.text !== ''
        ? l10n.t('No message matches the filter.')
        : l10n.t('All channels with messages are switched off.');
    return html`<p class="empty-title">${text}</p>`;
  }
  if (frame?.paused === true) return html`<p class="empty-title">${l10n.t('Paused.')}</p>`;
  return html`<p class="empty-title">${l10n.t('Listening on {0}.', setup.title)}</p>
    <p>
      ${
        (frame?.counts.received ?? 0) > 0
          ? l10n.t('Nothing is in the buffer now.')
          : setup.readOnly
            ? l10n.t(
                'Nothing was published yet. Redis keeps no messages of a channel: only what is published from now on arrives here.',
              )
            : l10n.t(
                'Nothing was published yet. Redis keeps no messages of a channel: only what is published from now on arrives here. Publish below, or from another program.',
              )
      }
    </p>`;
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
