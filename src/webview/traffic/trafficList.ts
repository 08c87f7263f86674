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

type Goal =
  | { readonly kind: 'top'; readonly top: number }
  | { readonly kind: 'row'; readonly ordinal: number };

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
  /** As it is on screen, but for what the user scrolled since. */
  private placement: Placement = { base: 0, rows: 0, scrollTop: 0 };
  /** Where the next drawing goes. Kept apart, because until then the placement has to tell our scrolling from the user's. */
  private goal: Goal | undefined;
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
    this.goal = { kind: 'top', top };
  }

  /** The rows to ask for: those on screen and a page beyond each edge. */
  wanted(following: boolean): { first: number | 'newest'; count: number } {
    const count = 3 * (this.page + 2);
    if (following) return { first: 'newest', count };
    const margin = this.page + 2;
    const goal = this.goal?.kind === 'top' ? Math.floor(this.goal.top) : this.goal?.ordinal;
    if (goal !== undefined) return { first: Math.max(0, goal - margin), count };
    return { first: widen(this.visible, margin, this.ordinals).first, count };
  }

  /** At the next drawing, scrolls as little as needed to have the row on screen. */
  reveal(ordinal: number): void {
    this.goal = { kind: 'row', ordinal };
  }

  draw(model: PanelModel, emptiness: TemplateResult | undefined): void {
    const { frame, following } = model;
    this.ordinals = { first: frame?.first ?? 0, end: frame?.end ?? 0 };
    this.drawnFollowing = following;
    this.cursor = model.cursor;
    if (frame !== undefined) this.settle(following);
    else this.applyPlacement({ ...this.placement, rows: 0, scrollTop: 0 });
    this.drawColumns(model.setup.patterns);
    this.drawRows(model);
    this.empty.hidden = emptiness === undefined;
    render(emptiness ?? nothing, this.empty);
  }

  /** Brings the box to where it has to be now. */
  private settle(following: boolean): void {
    const aim = aimAt(this.goal, this.placement, this.viewport());
    this.goal = undefined;
    const viewport = { ...this.viewport(), scrollTop: aim.scrollTop };
    this.applyPlacement(
      place(aim.base, this.ordinals, viewport, {
        following,
        scrolling: performance.now() - this.scrolledAt < scrollPauseMs,
        capacity: boxCapacity(this.rowHeight, window.devicePixelRatio),
      }),
    );
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
    const before = this.placement.scrollTop;
    // Our own placement echoes as an event too; only what differs from it came from the user.
    if (Math.abs(scrollTop - before) < 1) return;
    this.placement = { ...this.placement, scrollTop };
    this.scrolledAt = performance.now();
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => this.events.changed(), scrollPauseMs + 10);
    // The first pixel away from the end counts, since trackpads and animations begin with so little. A taller viewport
    // moves the offset as well, but to the new end.
    const end = scrollHeight - clientHeight;
    const atLastRow = this.placement.base + this.placement.rows >= this.ordinals.end;
    if (this.drawnFollowing && scrollTop < end - 1) {
      this.events.followChanged(false);
    } else if (
      !this.drawnFollowing &&
      atLastRow &&
      scrollTop > before &&
      scrollTop >= end - this.rowHeight / 2
    ) {
      this.events.followChanged(true);
    }
    this.events.changed();
  }

  private measure(): void {
    const rowHeight = Math.max(1, Math.round(this.columns.getBoundingClientRect().height));
    const height = this.scroller.clientHeight;
    if (rowHeight === this.rowHeight && height === this.height) return;
    const { cursor, top, visible } = this;
    const cursorShown = cursor !== undefined && cursor >= visible.first && cursor < visible.end;
    if (rowHeight !== this.rowHeight) this.goal ??= { kind: 'top', top };
    // The row that a message was opened from must not go under the pane that opens.
    else if (cursorShown) this.goal ??= { kind: 'row', ordinal: cursor };
    this.rowHeight = rowHeight;
    this.height = height;
    this.events.changed();
  }

  private withOrdinal(event: Event, act: (ordinal: number) => void): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-ordinal]') : null;
    if (row?.dataset.ordinal !== undefined) act(Number(row.dataset.ordinal));
  }
}

/** Base and offset at which the goal is reached, as far as there are rows. */
function aimAt(goal: Goal | undefined, placement: Placement, viewport: Viewport): Placement {
  const { base, rows } = placement;
  if (goal === undefined) return placement;
  if (goal.kind === 'top') {
    const whole = Math.floor(goal.top);
    return { base: whole, rows, scrollTop: (goal.top - whole) * viewport.rowHeight };
  }
  const { ordinal } = goal;
  if (ordinal < base || ordinal >= base + rows) return { base: ordinal, rows, scrollTop: 0 };
  return { base, rows, scrollTop: offsetToReveal(ordinal, placement, viewport) };
}
