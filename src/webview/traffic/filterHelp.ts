import * as l10n from '@vscode/l10n';
import { html, render } from 'lit/html.js';
import { Popup } from './popup';

/** What can be written in the filter, with examples that can be taken over. */
export class FilterHelp {
  private readonly popup: Popup;

  constructor(
    private readonly host: HTMLElement,
    opener: () => HTMLElement | null,
    private readonly events: { changed(): void; chosen(text: string): void },
  ) {
    this.popup = new Popup(host, opener, events.changed);
    host.setAttribute('role', 'dialog');
    host.setAttribute('aria-label', l10n.t('What can be written in the filter'));
  }

  get isOpen(): boolean {
    return this.popup.isOpen;
  }

  toggle(): void {
    if (this.isOpen) {
      this.popup.close();
      return;
    }
    render(this.view(), this.host);
    this.popup.open();
    this.host.querySelector('button')?.focus();
  }

  private view() {
    return html`<table>
        <caption class="heard">${l10n.t('What can be written in the filter')}</caption>
        <thead class="heard"><tr><th scope="col">${l10n.t('example')}</th><th scope="col">${l10n.t('meaning')}</th></tr></thead>
        <tbody>
          ${examples().map(
            ([example, meaning]) => html`<tr>
              <td><button type="button" class="example" title=${l10n.t('Put it into the filter')} @click=${() => this.choose(example)}
                >${example}</button></td>
              <td>${meaning}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      <p>${l10n.t('Enter or F3: next match. Shift+Enter or Shift+F3: previous match. Escape: show all.')}</p>`;
  }

  private choose(example: string): void {
    this.popup.close();
    this.events.chosen(example);
  }
}

function examples(): readonly (readonly [example: string, meaning: string])[] {
  return [
    ['created', l10n.t('text in message or channel; capitals of A–Z do not matter')],
    ['/order_\\d+/i', l10n.t('regular expression (RE2), with the flags i, m and s')],
    ['$.priority == "high"', l10n.t('field of a JSON message; also != < <= > >=')],
    ['$.total > 100 && $.paid == true', l10n.t('several conditions, all of which hold')],
    ['$.status in ["new", "paid"]', l10n.t('one of several values')],
    [
      '$.items[*].name contains "cup"',
      l10n.t('a part of a text or an element of a list; [*] is any element'),
    ],
    ['$.error', l10n.t('the field is there; !$.error: it is not')],
  ];
}
