import * as l10n from '@vscode/l10n';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import type { Formats } from './formats';
import type { Ordinals } from './listGeometry';
import { ListScroll, type ScrollEvents } from './listScroll';
import { pageElement } from './pageElement';
import { type PanelModel, rowAt } from './panelModel';
import { placeOf, placesOf } from './rowOrder';
import { RowPress, type RowPressEvents } from './rowPress';
import { rowId, rowView } from './rowView';

/** Rows drawn beyond each edge, so that a scroll by the compositor meets drawn rows. */
const drawnMargin = 8;

export interface ListEvents extends ScrollEvents, RowPressEvents {}

/**
 * The virtual list. It draws the rows on screen and a few more, out of at most as many as one box can hold. Arithmetic
 * and not a virtualiser of a library, because rows of one height need no measuring while the libraries recompute all
 * offsets whenever the first row moves: 20 ms a frame at a million rows.
 */
export class TrafficList {
  private readonly grid: HTMLElement;
  private readonly table: HTMLElement;
  private readonly columns: HTMLElement;
  private readonly heardColumns: HTMLElement;
  private readonly rows: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly scroll: ListScroll;

  constructor(
    private readonly host: HTMLElement,
    private readonly formats: Formats,
    events: ListEvents,
  ) {
    render(
      html`<div class="table">
          <div class="columns" aria-hidden="true"></div>
          <div class="scroller grid" role="grid" tabindex="0" aria-label=${l10n.t('Messages')} aria-multiselectable="false"
            ><div class="heard columns-heard" role="row" aria-rowindex="1"></div
            ><div class="box" role="presentation"><div class="rows" role="presentation"></div></div
          ></div>
        </div><div class="row-probe"></div><div class="empty"></div>`,
      host,
    );
    this.grid = pageElement(host, '.grid');
    this.table = pageElement(host, '.table');
    this.columns = pageElement(host, '.columns');
    this.heardColumns = pageElement(host, '.columns-heard');
    this.rows = pageElement(host, '.rows');
    this.empty = pageElement(host, '.empty');
    const scroller = pageElement(host, '.scroller');
    this.scroll = new ListScroll(
      { scroller, box: pageElement(host, '.box'), probe: pageElement(host, '.row-probe') },
      events,
    );
    new RowPress(scroller, events);
  }

  get element(): HTMLElement {
    return this.grid;
  }

  /** Rows that fit on the screen. */
  get page(): number {
    return this.scroll.page;
  }

  /** Ordinals on screen. */
  get visible(): Ordinals {
    return this.scroll.visible;
  }

  /** Where the list stands; for {@link startAt}. */
  get top(): number {
    return this.scroll.top;
  }

  /** Puts this place at the upper edge at the next drawing. */
  startAt(top: number): void {
    this.scroll.startAt(top);
  }

  /** The rows to ask for: those on screen and a page beyond each edge. */
  wanted(following: boolean): { first: number | 'newest'; count: number } {
    return this.scroll.wanted(following);
  }

  /** At the next drawing has the row on screen, unless it is there already in the middle. */
  centre(ordinal: number): void {
    this.scroll.centre(ordinal);
  }

  /** At the next drawing, scrolls as little as needed to have the row on screen. */
  reveal(ordinal: number): void {
    this.scroll.reveal(ordinal);
  }

  draw(model: PanelModel, emptiness: TemplateResult | undefined): void {
    const { frame, order, following, cursor, wrap } = model;
    this.host.classList.toggle('wrapped', wrap);
    this.scroll.settle({ ordinals: frame, order, following, cursor });
    this.drawColumns(model.setup.patterns);
    this.drawRows(model);
    this.empty.hidden = emptiness === undefined;
    render(emptiness ?? nothing, this.empty);
  }

  /** The titles stand above what scrolls; screen readers find them in the grid, to which they belong. */
  private drawColumns(patterns: boolean): void {
    this.table.classList.toggle('with-patterns', patterns);
    const titles: readonly (readonly [name: string, title: string])[] = [
      ['time', l10n.t('time')],
      ['channel', l10n.t('channel')],
      ...(patterns ? ([['pattern', l10n.t('pattern')]] as const) : []),
      ['size', l10n.t('size')],
      ['payload', l10n.t('payload')],
    ];
    render(
      titles.map(([name, title]) => html`<span class="cell ${name}">${title}</span>`),
      this.columns,
    );
    render(
      titles.map(([, title]) => html`<span role="columnheader">${title}</span>`),
      this.heardColumns,
    );
  }

  private drawRows({ frame, cursor, currentMatch, setup, order }: PanelModel): void {
    const places = placesOf(frame ?? { first: 0, end: 0 }, order);
    const drawn = this.scroll.drawn(drawnMargin);
    const ordinals = Array.from({ length: Math.max(0, drawn.end - drawn.first) }, (_, i) =>
      placeOf(drawn.first + i, order),
    );
    // A row that comes on screen takes the element of one that went, since making elements costs many times what writing
    // into them does, and under a flood every row is another one in every frame.
    const elements = this.scroll.page + 2 + 2 * drawnMargin;
    this.rows.style.transform = `translateY(${this.scroll.offsetOf(drawn.first)}px)`;
    render(
      repeat(
        ordinals,
        (ordinal) => ordinal % elements,
        (ordinal) =>
          rowView(
            rowAt(frame, ordinal),
            {
              ordinal,
              rowIndex: placeOf(ordinal, order) - places.first + 2,
              selected: ordinal === cursor,
              current: ordinal === cursor && ordinal === currentMatch,
              patterns: setup.patterns,
            },
            this.formats,
          ),
      ),
      this.rows,
    );
    this.grid.setAttribute('aria-rowcount', String(places.end - places.first + 1));
    this.grid.setAttribute('aria-colcount', setup.patterns ? '5' : '4');
    if (cursor !== undefined && ordinals.includes(cursor)) {
      this.grid.setAttribute('aria-activedescendant', rowId(cursor));
    } else {
      this.grid.removeAttribute('aria-activedescendant');
    }
  }
}
