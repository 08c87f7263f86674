import * as l10n from '@vscode/l10n';
import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { filterCount, filterProblem, filterProgress, stillInForce } from './filterState';
import type { Formats } from './formats';
import type { MatchStep } from './matchFinder';
import type { PanelModel } from './panelModel';
import { toolButton } from './toolButton';

export interface FilterEvents {
  typed(text: string): void;
  modeToggled(): void;
  stepped(step: MatchStep): void;
  helpToggled(): void;
  /** On to the list. */
  left(): void;
}

/** The box with the filter: its text, how many match, and what leads from match to match. */
export function filterView(
  model: PanelModel,
  formats: Formats,
  helpShown: boolean,
  events: FilterEvents,
): TemplateResult {
  const { text, mode } = model.filter;
  const problem = filterProblem(model);
  const filtering = mode === 'filter';
  const label = filtering ? l10n.t('Filter messages') : l10n.t('Find in messages');
  const count = filterCount(model, formats);
  return html`<div class="filter-box ${problem === undefined ? '' : 'invalid'}">
      <span class="codicon codicon-${filtering ? 'filter' : 'search'}" aria-hidden="true"></span>
      <input
        class="filter-text"
        type="text"
        spellcheck="false"
        autocomplete="off"
        placeholder=${
          filtering
            ? l10n.t('Filter: text, /regex/ or $.field == "value"')
            : l10n.t('Find: text, /regex/ or $.field == "value"')
        }
        aria-label=${label}
        aria-invalid=${problem === undefined ? 'false' : 'true'}
        aria-describedby=${problem === undefined ? nothing : 'filter-problem'}
        .value=${live(text)}
        @input=${(event: Event) => events.typed((event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => keyPressed(event, text, events)}
      />
      <span class="filter-count" title=${count.explained}>${count.text}</span>
      <div class="filter-tools" role="toolbar" aria-label=${label}>${toolButton({
        icon: 'close',
        text: '',
        label: l10n.t('Show all (Escape)'),
        className: text === '' ? 'clear away' : 'clear',
        disabled: text === '',
        act: () => events.typed(''),
      })}${toolButton({
        icon: 'arrow-up',
        text: '',
        label: l10n.t('Previous match (Shift+Enter, Shift+F3)'),
        className: 'previous',
        disabled: text === '',
        act: () => events.stepped('previous'),
      })}${toolButton({
        icon: 'arrow-down',
        text: '',
        label: l10n.t('Next match (Enter, F3)'),
        className: 'next',
        disabled: text === '',
        act: () => events.stepped('next'),
      })}${toolButton({
        icon: 'list-filter',
        text: '',
        label: filtering
          ? l10n.t('Only matches are shown; press to mark them among all messages')
          : l10n.t('Matches are marked among all messages; press to show nothing else'),
        className: 'mode',
        pressed: filtering,
        act: () => events.modeToggled(),
      })}${toolButton({
        icon: 'question',
        text: '',
        label: l10n.t('What can be written here'),
        className: 'help-button',
        expanded: helpShown,
        act: () => events.helpToggled(),
      })}</div>
      ${progressView(model)}
    </div>
    <div class="filter-problem" id="filter-problem" role="alert" ?hidden=${problem === undefined}>${
      problem === undefined
        ? nothing
        : html`<p>${problem.message}</p>${problem.hint === '' ? nothing : html`<p>${problem.hint}</p>`}<p class="still">${stillInForce(model)}</p>`
    }</div>`;
}

function progressView(model: PanelModel): TemplateResult | typeof nothing {
  const share = filterProgress(model);
  if (share === undefined) return nothing;
  return html`<progress class="filter-progress" max="100" .value=${share * 100} aria-label=${l10n.t('Searching the messages')}></progress>`;
}

function keyPressed(event: KeyboardEvent, text: string, events: FilterEvents): void {
  if (event.isComposing) return;
  if (event.key === 'Enter') events.stepped(event.shiftKey ? 'previous' : 'next');
  else if (event.key === 'Escape' && text !== '') events.typed('');
  else if (event.key === 'Escape' || event.key === 'ArrowDown') events.left();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
