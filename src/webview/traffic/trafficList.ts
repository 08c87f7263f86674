import * as l10n from '@vscode/l10n';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import type { Formats } from './formats';
import {
  boxCapacity,
  type Ordinals,
  offsetToReveal,
  type Placement,
  place,
  type Viewport,
  visibleRows,
  widen,
} from './listGeometry';
import { pageElement } from './pageElement';
import { type PanelModel, rowAt } from './panelModel';
import { rowId, rowView } from './rowView';

/** Rows drawn beyond each edge, so that a scroll by the compositor meets drawn rows. */
const drawnMargin = 8;
/** After so many ms without a scroll event the user is taken to have stopped scrolling. */
const scrollPauseMs = 150;

export interface ListEvents {
  /** Something about size or scroll changed: draw again. */
  changed(): void;
  /** The user scrolled to or away from the newest row. */
  followChanged(following: boolean): void;
  clicked(ordinal: number): void;
  opened(ordinal: number): void;
}

/**
 * The virtual list. It draws the rows on screen and a few more, out of at most as many as one box can hold; the place of
 * the box is {@link place}'s. Arithmetic and not a virtualiser of a library, because rows of one height need no measuring
 * while the libraries recompute all offsets whenever the first row moves: 20 ms a frame at a million rows.
 */
export class TrafficList {
  private readonly grid: HTMLElement;
  private readonly columns: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly box: HTMLElement;
  private readonly rows: HTMLElement;
  private readonly empty: HTMLElement;
  private placement: Placement = { base: 0, rows: 0, scrollTop: 0 };
  private ordinals: Ordinals = { first: 0, end: 0 };
  private scrolledAt = Number.NEGATIVE_INFINITY;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private rowHeight = 20;
  private height = 0;
  private drawnFollowing = true;
  private cursor: number | undefined;

  constructor(
    host: HTMLElement,
    private readonly formats: Formats,
    private readonly events: ListEvents,
  ) {
    render(
      html`<div class="grid" role="grid" tabindex="0" aria-label=${l10n.t('Messages')} aria-multiselectable="false">
          <div class="columns" role="row" aria-rowindex="1"></div>
          <div class="scroller" role="rowgroup" tabindex="-1"><div class="box" role="presentation"><div class="rows" role="presentation"></div></div></div>
        </div><div class="empty"></div>`,
      host,
    );
    this.grid = pageElement(host, '.grid');
    this.columns = pageElement(host, '.columns');
    this.scroller = pageElement(host, '.scroller');
    this.box = pageElement(host, '.box');
    this.rows = pageElement(host, '.rows');
    this.empty = pageElement(host, '.empty');
    this.scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.scroller.addEventListener('click', (event) => this.withOrdinal(event, (it) => events.clicked(it)));
    this.scroller.addEventListener('dblclick', (event) => this.withOrdinal(event, (it) => events.opened(it)));
    const sizes = new ResizeObserver(() => this.measure());
    sizes.observe(this.scroller);
    sizes.observe(this.columns);
  }

  get element(): HTMLElement {
    return this.grid;
  }

  /** Rows that fit on the screen. */
  get page(): number {
    return Math.max(1, Math.floor(this.height / this.rowHeight));
  }

  /** Ordinals on screen. */
  get visible(): Ordinals {
    return visibleRows(this.placement, this.ordinals, this.viewport());
  }

  /** Ordinal at the upper edge, with the fraction of the row that is scrolled out; for {@link startAt}. */
  get top(): number {
    return this.placement.base + this.placement.scrollTop / this.rowHeight;
  }

  /** Puts this place at the upper edge at the next drawing. */
  startAt(top: number): void {
    const base = Math.floor(top);
    this.placement = { base, rows: 0, scrollTop: (top - base) * this.rowHeight };
  }

  /** The rows to ask for: those on screen and a page beyond each edge. */
  wanted(following: boolean): { first: number | 'newest'; count: number } {
    const count = 3 * (this.page + 2);
    if (following) return { first: 'newest', count };
    const margin = this.page + 2;
    if (this.ordinals.end === this.ordinals.first) return { first: this.placement.base, count };
    return { first: widen(this.visible, margin, this.ordinals).first, count };
  }

  /** At the next drawing, scrolls as little as needed to have the row on screen. */
  reveal(ordinal: number): void {
    const { base, rows } = this.placement;
    if (ordinal < base || ordinal >= base + rows) this.placement = { base: ordinal, rows, scrollTop: 0 };
    else this.placement = { base, rows, scrollTop: offsetToReveal(ordinal, this.placement, this.viewport()) };
  }

  draw(model: PanelModel, emptiness: TemplateResult | undefined): void {
    const { frame, following } = model;
    this.ordinals = { first: frame?.first ?? 0, end: frame?.end ?? 0 };
    this.drawnFollowing = following;
    this.cursor = model.cursor;
    if (frame !== undefined) {
      this.applyPlacement(
        place(
          this.placement.base,
          this.ordinals,
          { ...this.viewport(), scrollTop: this.placement.scrollTop },
          {
            following,
            scrolling: performance.now() - this.scrolledAt < scrollPauseMs,
            capacity: boxCapacity(this.rowHeight, window.devicePixelRatio),
          },
        ),
      );
    }
    this.drawColumns(model.setup.patterns);
    this.drawRows(model);
    this.empty.hidden = emptiness === undefined;
    render(emptiness ?? nothing, this.empty);
  }

  private drawColumns(patterns: boolean): void {
    const column = (name: string, title: string) =>
      html`<span class="cell ${name}" role="columnheader">${title}</span>`;
    this.grid.classList.toggle('with-patterns', patterns);
    render(
      html`${column('time', l10n.t('time'))}${column('channel', l10n.t('channel'))}${
        patterns ? column('pattern', l10n.t('pattern')) : nothing
      }${column('size', l10n.t('size'))}${column('payload', l10n.t('payload'))}`,
      this.columns,
    );
  }

  private drawRows({ frame, cursor, setup }: PanelModel): void {
    const drawn = widen(this.visible, drawnMargin, this.inBox());
    const numbers = Array.from({ length: Math.max(0, drawn.end - drawn.first) }, (_, i) => drawn.first + i);
    this.rows.style.transform = `translateY(${(drawn.first - this.placement.base) * this.rowHeight}px)`;
    render(
      repeat(
        numbers,
        (ordinal) => ordinal,
        (ordinal) =>
          rowView(
            rowAt(frame, ordinal),
            {
              ordinal,
              rowIndex: ordinal - this.ordinals.first + 2,
              selected: ordinal === cursor,
              patterns: setup.patterns,
            },
            this.formats,
          ),
      ),
      this.rows,
    );
    this.grid.setAttribute('aria-rowcount', String(this.ordinals.end - this.ordinals.first + 1));
    this.grid.setAttribute('aria-colcount', setup.patterns ? '5' : '4');
    if (cursor !== undefined && cursor >= drawn.first && cursor < drawn.end) {
      this.grid.setAttribute('aria-activedescendant', rowId(cursor));
    } else {
      this.grid.removeAttribute('aria-activedescendant');
    }
  }

  /** The ordinals that the box has room for. */
  private inBox(): Ordinals {
    const { base, rows } = this.placement;
    return { first: Math.max(this.ordinals.first, base), end: Math.min(this.ordinals.end, base + rows) };
  }

  private viewport(): Viewport {
    return { scrollTop: this.placement.scrollTop, height: this.height, rowHeight: this.rowHeight };
  }

  private applyPlacement(next: Placement): void {
    this.placement = next;
    const height = `${next.rows * this.rowHeight}px`;
    if (this.box.style.height !== height) this.box.style.height = height;
    if (Math.abs(this.scroller.scrollTop - next.scrollTop) >= 1) this.scroller.scrollTop = next.scrollTop;
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    // Our own placement echoes as an event too; only what differs from it came from the user.
    if (Math.abs(scrollTop - this.placement.scrollTop) < 1) return;
    this.placement = { ...this.placement, scrollTop };
    this.scrolledAt = performance.now();
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => this.events.changed(), scrollPauseMs + 10);
    const atEnd =
      scrollTop + clientHeight >= scrollHeight - this.rowHeight / 2 &&
      this.placement.base + this.placement.rows >= this.ordinals.end;
    if (atEnd !== this.drawnFollowing) this.events.followChanged(atEnd);
    this.events.changed();
  }

  private measure(): void {
    const rowHeight = Math.max(1, Math.round(this.columns.getBoundingClientRect().height));
    const height = this.scroller.clientHeight;
    if (rowHeight === this.rowHeight && height === this.height) return;
    const { cursor } = this;
    const cursorShown = cursor !== undefined && cursor >= this.visible.first && cursor < this.visible.end;
    const scrollTop = (this.placement.scrollTop / this.rowHeight) * rowHeight;
    this.rowHeight = rowHeight;
    this.height = height;
    this.placement = { ...this.placement, scrollTop };
    // The row that a message was opened from must not go under the pane that opens.
    if (cursorShown) this.reveal(cursor);
    this.events.changed();
  }

  private withOrdinal(event: Event, act: (ordinal: number) => void): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-ordinal]') : null;
    if (row?.dataset.ordinal !== undefined) act(Number(row.dataset.ordinal));
  }
}
