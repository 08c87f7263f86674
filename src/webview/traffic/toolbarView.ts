import * as l10n from '@vscode/l10n';
import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Formats } from './formats';
import { isInForce, type PanelModel } from './panelModel';
import { toolButton } from './toolButton';

export interface ToolbarEvents {
  pauseToggled(): void;
  cleared(): void;
  followToggled(): void;
  filterTyped(text: string): void;
  /** Escape or Down in the filter: on to the list. */
  filterLeft(): void;
}

export function toolbarView(model: PanelModel, formats: Formats, events: ToolbarEvents): TemplateResult {
  const { frame, following } = model;
  const filter = model.filter.text;
  const paused = frame?.paused === true;
  const waiting = paused && frame.newWhilePaused > 0 ? frame.newWhilePaused : 0;
  return html`${toolButton({
    icon: paused ? 'debug-continue' : 'debug-pause',
    text: paused ? l10n.t('Resume') : l10n.t('Pause'),
    label: paused
      ? l10n.t('Resume: show the messages that arrived meanwhile (Space)')
      : l10n.t('Pause: hold the list still, messages are still received (Space)'),
    className: 'pause',
    act: () => events.pauseToggled(),
  })}<span class="paused-new" ?hidden=${!paused}>${l10n.t('{0} new', formats.count(waiting))}</span>
    ${toolButton({ icon: 'clear-all', text: l10n.t('Clear'), label: l10n.t('Clear: forget the messages received so far'), act: () => events.cleared() })}
    ${toolButton({
      icon: 'fold-down',
      text: l10n.t('Follow'),
      label: l10n.t('Follow the newest message (End)'),
      pressed: following,
      className: 'toggle',
      act: () => events.followToggled(),
    })}
    <div class="filter ${filter === '' ? '' : 'active'}">
      <span class="codicon codicon-${filtering(model) ? 'loading codicon-modifier-spin' : 'filter'}" aria-hidden="true"></span>
      <input
        class="filter-text"
        type="text"
        spellcheck="false"
        autocomplete="off"
        placeholder=${l10n.t('Filter: text in message or channel')}
        aria-label=${l10n.t('Filter: text in message or channel')}
        .value=${live(filter)}
        @input=${(event: Event) => events.filterTyped((event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => filterKey(event, model, events)}
      />
      <span class="filter-count">${filterCount(model, formats)}</span>
      ${
        filter === ''
          ? nothing
          : toolButton({
              icon: 'close',
              text: '',
              label: l10n.t('Show all'),
              act: () => events.filterTyped(''),
            })
      }
    </div>`;
}

function filtering(model: PanelModel): boolean {
  const { filter, frame } = model;
  if (filter.text === '' || frame === undefined || frame.problem?.text === filter.text) return false;
  return !isInForce(model) || frame.counts.unfiltered > 0;
}

function filterCount({ filter, frame }: PanelModel, formats: Formats): string {
  if (filter.text === '' || frame === undefined || frame.filter.text === '') return '';
  const { matching, kept } = frame.counts;
  return l10n.t('{0} of {1}', formats.count(matching), formats.count(kept));
}

function filterKey(event: KeyboardEvent, { filter }: PanelModel, events: ToolbarEvents): void {
  if (event.key === 'Escape' && filter.text !== '') events.filterTyped('');
  else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') events.filterLeft();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
