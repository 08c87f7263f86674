import * as l10n from '@vscode/l10n';
import { html, nothing, render } from 'lit/html.js';
import type { Formats } from './formats';
import type { Notices } from './notices';
import { pageElement } from './pageElement';
import { type PanelModel, rowAt } from './panelModel';
import { Popup } from './popup';
import type { RowCursor } from './rowCursor';
import type { RowQuestions } from './rowQuestions';
import { readTime } from './timeText';

/** The popup that takes a time and goes to the first message from then on. */
export class TimeJump {
  private readonly popup: Popup;
  private problem = '';
  /** The row that was gone to, until it is here and what it is can be told. */
  private gone: { readonly time: number; readonly ordinal: number } | undefined;

  constructor(
    private readonly host: HTMLElement,
    opener: () => HTMLElement | null,
    private readonly model: PanelModel,
    private readonly formats: Formats,
    private readonly questions: RowQuestions,
    private readonly cursor: RowCursor,
    private readonly notices: Notices,
    private readonly events: { changed(): void; arrived(): void },
  ) {
    this.popup = new Popup(host, opener, events.changed);
    host.setAttribute('role', 'dialog');
    host.setAttribute('aria-label', l10n.t('Go to a time'));
  }

  get isOpen(): boolean {
    return this.popup.isOpen;
  }

  toggle(): void {
    if (this.isOpen) {
      this.popup.close();
      return;
    }
    this.problem = '';
    this.draw();
    this.popup.open();
    const field = pageElement(this.host, 'input');
    field.focus();
    if (field instanceof HTMLInputElement) field.select();
  }

  /** Tells how near the row comes to the time that was asked for, once the row is here. */
  rowsArrived(): void {
    const { gone, model, formats } = this;
    const row = gone === undefined ? undefined : rowAt(model.frame, gone.ordinal);
    if (gone === undefined || row === undefined) return;
    this.gone = undefined;
    const at = row.kind === 'gap' ? row.from : row.time;
    const sameDay = new Date(gone.time).toDateString() === new Date(at).toDateString();
    const asked = sameDay ? formats.time(gone.time) : formats.dateAndTime(gone.time);
    const first = gone.ordinal === model.frame?.first;
    const text =
      at < gone.time
        ? l10n.t('Nothing from {0} on: this is the newest.', asked)
        : first && at > gone.time
          ? l10n.t('Nothing is kept from {0}: this is the oldest.', asked)
          : l10n.t('The first message from {0} on.', asked);
    this.notices.show({ ok: true, text });
  }

  private draw(): void {
    const problem = this.problem;
    render(
      html`<label for="time-text">${l10n.t('Go to the first message from')}</label>
        <div class="time-line">
          <input
            id="time-text"
            class="time-text"
            type="text"
            spellcheck="false"
            autocomplete="off"
            placeholder="14:02:11"
            aria-invalid=${problem === '' ? 'false' : 'true'}
            aria-describedby="time-hint"
            @keydown=${(event: KeyboardEvent) => {
              if (event.key !== 'Enter' || event.isComposing) return;
              event.preventDefault();
              event.stopPropagation();
              this.go();
            }}
          /><button type="button" class="button time-go" @click=${() => this.go()}>${l10n.t('Go')}</button>
        </div>
        <p class="time-hint" id="time-hint">${l10n.t('A time of day 14:02 or 14:02:11, a while ago -30s, -5m or -2h, or a date 2026-01-31T14:02.')}</p>
        <p class="time-problem" role="alert">${problem === '' ? nothing : problem}</p>`,
      this.host,
    );
  }

  private go(): void {
    const field = this.host.querySelector('input');
    const text = field?.value ?? '';
    const time = readTime(text, Date.now());
    const { frame } = this.model;
    if (time === undefined) this.refuse(l10n.t('"{0}" is no time that can be read.', text));
    else if (frame === undefined || frame.end <= frame.first) this.refuse(l10n.t('There is no message yet.'));
    else {
      this.popup.close();
      this.questions.ask({ kind: 'atTime', time }, (ordinal) => {
        if (ordinal === undefined) return;
        this.cursor.show(ordinal);
        this.gone = { time, ordinal };
        // While nothing arrives, no frame may follow when the row is here already.
        this.rowsArrived();
      });
      this.events.arrived();
    }
  }

  private refuse(problem: string): void {
    this.problem = problem;
    this.draw();
    const field = this.host.querySelector('input');
    field?.focus();
    field?.select();
  }
}
