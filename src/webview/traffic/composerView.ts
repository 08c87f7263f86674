import * as l10n from '@vscode/l10n';
import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import type { Composer } from './panelModel';

export interface ComposerEvents {
  messageTyped(text: string): void;
  published(): void;
}

/** The line that publishes. The channel's field is the {@link Combobox}, in its own element. */
export function composerView(composer: Composer, readOnly: boolean, events: ComposerEvents): TemplateResult {
  const refusal = l10n.t('The connection is read-only: nothing can be published here.');
  return html`<textarea
      class="message-text"
      rows="1"
      spellcheck="false"
      placeholder=${readOnly ? refusal : l10n.t('Message')}
      title=${readOnly ? refusal : ''}
      ?readonly=${readOnly}
      aria-label=${l10n.t('Message to publish')}
      .value=${live(readOnly ? '' : composer.message)}
      @input=${(event: Event) => events.messageTyped((event.target as HTMLTextAreaElement).value)}
    ></textarea>
    <button
      type="button"
      class="button publish"
      title=${readOnly ? refusal : l10n.t('Publish (Ctrl+Enter)')}
      ?disabled=${readOnly || composer.channel === '' || composer.pending !== undefined}
      @click=${() => events.published()}
    >${l10n.t('Publish')}</button>
    <span ?hidden=${readOnly} class="answer ${composer.answer?.ok === false ? 'failed' : ''}" role="status" title=${composer.answer?.text ?? ''}
      >${composer.pending === undefined ? (composer.answer?.text ?? '') : l10n.t('Publishing…')}</span
    >`;
}
