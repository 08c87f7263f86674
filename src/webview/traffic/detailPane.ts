import * as l10n from '@vscode/l10n';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import type { TrafficDetail } from '../../protocol/traffic';
import type { Formats } from './formats';
import { gapText } from './gapView';
import { pageElement } from './pageElement';
import type { PanelModel, Selection } from './panelModel';
import { type PayloadView, payloadText, viewPayload } from './payloadView';
import { type DetailTab, isDetailTab } from './savedState';
import { toolButton } from './toolButton';
import { isTypedName } from './typedName';

export interface DetailEvents {
  tabChosen(tab: DetailTab): void;
  copy(seq: number): void;
  openInEditor(seq: number): void;
  /** Puts the message into the composer. */
  publishAgain(channel: string, message: string): void;
  /** Escape: back to the list. */
  left(): void;
  closed(): void;
}

const tabs: readonly DetailTab[] = ['decoded', 'raw', 'hex'];

/** The pane under the list with one message: decoded, raw or as hex. */
export class DetailPane {
  private readonly head: HTMLElement;
  private readonly body: HTMLElement;
  private shownDetail: TrafficDetail | undefined;
  private shownTab: DetailTab | undefined;
  private view: PayloadView | undefined;
  private readOnly = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly formats: Formats,
    private readonly events: DetailEvents,
  ) {
    render(
      html`<div class="detail-head"></div>
        <div class="detail-body" id="detail-body" role="tabpanel" tabindex="0" aria-label=${l10n.t('Message')}></div>`,
      host,
    );
    this.head = pageElement(host, '.detail-head');
    this.body = pageElement(host, '.detail-body');
    host.addEventListener('keydown', (event) => this.keyPressed(event));
  }

  get isOpen(): boolean {
    return !this.host.hidden;
  }

  focus(): void {
    this.body.focus();
  }

  draw({ selection, tab, setup }: PanelModel): void {
    this.readOnly = setup.readOnly;
    this.host.hidden = selection === undefined;
    if (selection === undefined) {
      this.shownDetail = undefined;
      this.shownTab = undefined;
      this.view = undefined;
      this.body.replaceChildren();
      return;
    }
    // Until the next message is here, the last one stays: no empty pane flashes between two rows.
    this.drawBody(selection, tab);
    render(this.headView(selection, tab), this.head);
  }

  private drawBody(selection: Selection, tab: DetailTab): void {
    if (selection.kind === 'gap') {
      this.say(gapText(selection.gap, this.formats));
      return;
    }
    const { detail } = selection;
    if (detail === undefined || (detail === this.shownDetail && tab === this.shownTab)) return;
    const sameMessage = this.shownDetail?.seq === detail.seq && this.shownTab === tab;
    this.shownDetail = detail;
    this.shownTab = tab;
    if (!detail.found) {
      this.say(l10n.t('The message is no longer in the buffer: newer ones took its place.'));
      return;
    }
    this.view = viewPayload(detail, tab);
    this.body.className = `detail-body ${tab} ${this.view.kind}`;
    this.body.replaceChildren(this.view.body);
    if (this.view.remark !== '') this.body.append(paragraph(this.view.remark));
    if (!sameMessage) this.body.scrollTop = 0;
  }

  private say(text: string): void {
    this.view = undefined;
    this.body.className = 'detail-body';
    this.body.replaceChildren(paragraph(text));
  }

  private headView(selection: Selection, tab: DetailTab): TemplateResult {
    const detail = selection.kind === 'message' ? selection.detail : undefined;
    const found = detail?.found === true;
    return html`<div class="tabs" role="tablist" aria-label=${l10n.t('View')}>
        ${tabs.map(
          (it) => html`<button
            class="tab"
            role="tab"
            aria-selected=${it === tab}
            aria-controls="detail-body"
            tabindex=${it === tab ? 0 : -1}
            data-tab=${it}
            @click=${() => this.events.tabChosen(it)}
          >${tabTitle(it)}</button>`,
        )}
      </div>
      <span class="facts">${found && detail !== undefined ? this.facts(detail) : nothing}</span>
      <div class="tools" role="toolbar" aria-label=${l10n.t('Message')}>
        ${
          selection.kind === 'message'
            ? html`${toolButton({ icon: 'copy', text: l10n.t('Copy'), label: l10n.t('Copy (Ctrl+C in the list)'), className: 'copy', disabled: !found, act: () => this.events.copy(selection.seq) })}
              ${toolButton({ icon: 'go-to-file', text: l10n.t('Open in Editor'), disabled: !found, act: () => this.events.openInEditor(selection.seq) })}
              ${this.publishAgainButton(detail)}`
            : nothing
        }
        ${toolButton({ icon: 'close', text: '', label: l10n.t('Close'), act: () => this.events.closed() })}
      </div>`;
  }

  /** For what can be typed: a field of text cannot hold each name, nor each message. */
  private publishAgainButton(detail: TrafficDetail | undefined): TemplateResult {
    const typed = detail === undefined ? undefined : typedAgain(detail);
    return toolButton({
      icon: 'edit',
      text: l10n.t('Publish Again…'),
      label:
        detail?.found === true && typed === undefined
          ? l10n.t('Publish Again… (not possible: channel or message cannot be typed)')
          : l10n.t('Publish Again… (puts channel and message into the fields below)'),
      className: 'publish-again',
      disabled: typed === undefined || this.readOnly,
      act: () => typed !== undefined && this.events.publishAgain(typed.channel, typed.message),
    });
  }

  private facts(detail: TrafficDetail): TemplateResult {
    const pattern = detail.pattern === undefined ? '' : ` (${detail.pattern})`;
    const kind = this.view === undefined ? '' : kindTitle(this.view.kind);
    const text = [
      kind,
      this.formats.size(detail.size),
      this.formats.time(detail.time),
      `${detail.channel}${pattern}`,
    ];
    return html`<span title=${text.join(' · ')}>${text.join(' · ')}</span>`;
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      this.events.left();
      return;
    }
    const tab = event.target instanceof HTMLElement ? event.target.dataset.tab : undefined;
    const at = isDetailTab(tab) ? tabs.indexOf(tab) : -1;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = step === 0 || at < 0 ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    this.events.tabChosen(next);
    this.head.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  }
}

function tabTitle(tab: DetailTab): string {
  return { decoded: l10n.t('Decoded'), raw: l10n.t('Raw'), hex: l10n.t('Hex') }[tab];
}

function kindTitle(kind: PayloadView['kind']): string {
  return { json: l10n.t('JSON'), text: l10n.t('text'), binary: l10n.t('binary'), empty: l10n.t('empty') }[
    kind
  ];
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('p');
  element.className = 'remark';
  element.textContent = text;
  return element;
}

/** Channel and message as they can be published again; undefined where a text field would change one of them. */
function typedAgain(detail: TrafficDetail): { channel: string; message: string } | undefined {
  if (!detail.found || detail.truncated || !isTypedName(detail.channel)) return undefined;
  const message = payloadText(detail);
  return message === undefined || message.includes('\r') ? undefined : { channel: detail.channel, message };
}
