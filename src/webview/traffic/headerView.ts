import { html, type TemplateResult } from 'lit/html.js';
import type { Formats } from './formats';
import type { PanelModel } from './panelModel';
import { sparkline } from './sparkline';
import { stateIcon, stateWord } from './stateText';

/** What is watched where, how it stands, and how much arrives. */
export function headerView({ setup, state, frame }: PanelModel, formats: Formats): TemplateResult {
  return html`<h1 class="title" title=${`${setup.title} · ${setup.connection}`}>
      <span class="subscriptions">${setup.title}</span><span class="connection">${setup.connection}</span>
    </h1>
    <span class="state ${state.kind}" title=${state.detail}
      ><span class="codicon codicon-${stateIcon(state.kind)}" aria-hidden="true"></span
      ><span class="state-word">${stateWord(state.kind)}</span></span
    >
    ${sparkline(frame?.trends?.all)}
    <span class="rate messages">${formats.rate(frame?.messagesPerSecond ?? 0)}</span>
    <span class="rate bytes">${formats.byteRate(frame?.bytesPerSecond ?? 0)}</span>`;
}
