import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit/html.js';
import type { Formats } from './formats';
import type { PanelModel } from './panelModel';
import { toolButton } from './toolButton';

export interface ToolbarEvents {
  pauseToggled(): void;
  cleared(): void;
  followToggled(): void;
  orderToggled(): void;
  wrapToggled(): void;
  timeToggled(): void;
}

/** How the list goes on, and what it looks like. */
export function toolbarView(
  { frame, following, order, wrap }: PanelModel,
  formats: Formats,
  timeShown: boolean,
  events: ToolbarEvents,
): TemplateResult {
  const paused = frame?.paused === true;
  const newestLast = order === 'newestLast';
  return html`${toolButton({
    icon: paused ? 'debug-continue' : 'debug-pause',
    text: paused ? l10n.t('Resume') : l10n.t('Pause'),
    label: paused
      ? l10n.t('Resume: show the messages that arrived meanwhile (Space)')
      : l10n.t('Pause: hold the list still, messages are still received (Space)'),
    className: 'pause',
    act: () => events.pauseToggled(),
  })}<span class="paused-new" ?hidden=${!paused}>${l10n.t('{0} new', formats.count(paused ? frame.newWhilePaused : 0))}</span
    >${toolButton({
      icon: 'clear-all',
      text: l10n.t('Clear'),
      label: l10n.t('Clear: forget the messages received so far'),
      className: 'clear-messages',
      act: () => events.cleared(),
    })}${toolButton({
      icon: newestLast ? 'fold-down' : 'fold-up',
      text: l10n.t('Follow'),
      label: newestLast
        ? l10n.t('Follow the newest message (End)')
        : l10n.t('Follow the newest message (Home)'),
      pressed: following,
      className: 'follow',
      act: () => events.followToggled(),
    })}<span class="tool-rule"></span>${toolButton({
      icon: 'arrow-swap',
      text: '',
      label: l10n.t('Newest message first'),
      pressed: !newestLast,
      className: 'order',
      act: () => events.orderToggled(),
    })}${toolButton({
      icon: 'word-wrap',
      text: '',
      label: l10n.t('Wrap long messages'),
      pressed: wrap,
      className: 'wrap',
      act: () => events.wrapToggled(),
    })}${toolButton({
      icon: 'watch',
      text: '',
      label: l10n.t('Go to a time (G)'),
      className: 'time-button',
      expanded: timeShown,
      act: () => events.timeToggled(),
    })}`;
}
