import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit/html.js';

/** The panel's fixed parts; each is drawn by its own view. */
export function panelSkeleton(): TemplateResult {
  return html`<div class="panel">
    <header class="head">
    <div class="header"></div>
    <div class="bar">
      <div class="tools-place">
        <div class="toolbar" role="toolbar" aria-label=${l10n.t('List of messages')}></div>
        <div class="time-jump"></div>
      </div>
      <search class="filter"></search>
    </div>
    <div class="chips"></div>
    </header>
    <main class="panes">
      <section class="list-pane" aria-label=${l10n.t('Messages')}>
        <div class="list-place">
          <div class="list" data-vscode-context='{"preventDefaultContextMenuItems": true}'></div>
          <div class="new-rows"></div>
        </div>
        <div class="remarks"></div>
        <div class="problems"></div>
      </section>
      <div class="splitter"></div>
      <section class="detail" aria-label=${l10n.t('Message')}></section>
    </main>
    <form class="composer" aria-label=${l10n.t('Publish')} @submit=${(event: Event) => event.preventDefault()}>
      <div class="channel-field"></div>
      <div class="composer-rest"></div>
    </form>
    <footer class="status"></footer>
    <div class="summary heard" aria-live="polite"></div>
    <div class="match-summary heard" aria-live="polite"></div>
  </div>`;
}
