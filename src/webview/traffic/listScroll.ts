import {
  boxCapacity,
  type Ordinals,
  type Placement,
  place,
  type Viewport,
  visibleRows,
  widen,
} from './listGeometry';
import { aimAt, type Goal } from './listGoal';
import { placeOf, placesOf, type RowOrder } from './rowOrder';

/** After so many ms without a scroll event the user is taken to have stopped scrolling. */
const scrollPauseMs = 150;

export interface ScrollEvents {
  /** Something about size or scroll changed: draw again. */
  changed(): void;
  /** The user scrolled to or away from the newest row. */
  followChanged(following: boolean): void;
}

/** The elements that {@link ListScroll} measures and moves. */
export interface ScrollParts {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** What stands in it, as high as all rows together. */
  readonly box: HTMLElement;
  /** What has a row's height. */
  readonly probe: HTMLElement;
}

/** What the list has to show. */
export interface ListContent {
  /** Undefined while nothing is known of the rows. */
  readonly ordinals: Ordinals | undefined;
  readonly order: RowOrder;
  readonly following: boolean;
  /** Ordinal of the row that the keyboard is on. */
  readonly cursor: number | undefined;
}

/** How far the list is scrolled: the place of the box is {@link place}'s, and what moves it is the user or a goal. */
export class ListScroll {
  /** As it is on screen, but for what the user scrolled since. */
  private placement: Placement = { base: 0, rows: 0, scrollTop: 0 };
  /** Where the next drawing goes. Kept apart, because until then the placement has to tell our scrolling from the user's. */
  private goal: Goal | undefined;
  private order: RowOrder = 'newestLast';
  private places: Ordinals = { first: 0, end: 0 };
  private scrolledAt = Number.NEGATIVE_INFINITY;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private rowHeight = 20;
  private height = 0;
  private following = true;
  private cursor: number | undefined;

  constructor(
    private readonly parts: ScrollParts,
    private readonly events: ScrollEvents,
  ) {
    parts.scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.measure());
    sizes.observe(parts.scroller);
    sizes.observe(parts.probe);
  }

  /** Rows that fit on the screen. */
  get page(): number {
    return Math.max(1, Math.floor(this.height / this.rowHeight));
  }

  /** Ordinals on screen. */
  get visible(): Ordinals {
    return placesOf(this.visiblePlaces, this.order);
  }

  private get visiblePlaces(): Ordinals {
    return visibleRows(this.placement, this.places, this.viewport());
  }

  /** Place at the upper edge, with the fraction of the row that is scrolled out; for {@link startAt}. */
  get top(): number {
    return this.placement.base + this.placement.scrollTop / this.rowHeight;
  }

  /** Puts this place at the upper edge at the next drawing. */
  startAt(top: number): void {
    this.goal = { kind: 'top', top };
  }

  /** At the next drawing, scrolls as little as needed to have the row on screen. */
  reveal(ordinal: number): void {
    this.goal = { kind: 'row', ordinal };
  }

  /** At the next drawing has the row on screen, unless it is there already in the middle. */
  centre(ordinal: number): void {
    const { first, end } = this.visible;
    if (ordinal >= first && ordinal < end) this.reveal(ordinal);
    else this.goal = { kind: 'top', top: placeOf(ordinal, this.order) - Math.floor((this.page - 1) / 2) };
  }

  /**
   * The rows to ask for: those on screen and a page beyond each edge. Small ways scrolled do not change it, so that they
   * ask nothing.
   */
  wanted(following: boolean): { first: number | 'newest'; count: number } {
    const screen = this.page + 2;
    const step = Math.ceil(screen / 2);
    const count = 3 * screen + step;
    if (following) return { first: 'newest', count: 2 * screen };
    const stepped = (ordinal: number) => Math.max(0, ordinal - (ordinal % step));
    if (this.goal?.kind === 'row') return { first: stepped(this.goal.ordinal - screen), count };
    if (this.goal !== undefined) {
      const from = Math.floor(this.goal.top) - screen;
      return { first: stepped(placesOf({ first: from, end: from + count - step }, this.order).first), count };
    }
    const ordinals = placesOf(this.places, this.order);
    return { first: stepped(widen(this.visible, screen, ordinals).first), count };
  }

  /** Brings the box to where it has to be now. */
  settle({ ordinals, order, following, cursor }: ListContent): void {
    if (order !== this.order) this.turnTo(order, cursor);
    this.places = placesOf(ordinals ?? { first: 0, end: 0 }, order);
    this.following = following;
    this.cursor = cursor;
    if (ordinals === undefined) {
      this.apply({ ...this.placement, rows: 0, scrollTop: 0 });
      return;
    }
    const aim = aimAt(this.goal, order, this.placement, this.viewport());
    this.goal = undefined;
    const viewport = { ...this.viewport(), scrollTop: aim.scrollTop };
    this.apply(
      place(aim.base, this.places, viewport, {
        stick: following ? (order === 'newestLast' ? 'last' : 'first') : undefined,
        scrolling: performance.now() - this.scrolledAt < scrollPauseMs,
        capacity: boxCapacity(this.rowHeight, window.devicePixelRatio),
      }),
    );
  }

  /** The places on screen and `margin` more at each edge, as far as the box has room for them. */
  drawn(margin: number): Ordinals {
    const { base, rows } = this.placement;
    const inBox = {
      first: Math.max(this.places.first, base),
      end: Math.min(this.places.end, base + rows),
    };
    return widen(this.visiblePlaces, margin, inBox);
  }

  /** Where a row begins in the box, px. */
  offsetOf(placeInList: number): number {
    return (placeInList - this.placement.base) * this.rowHeight;
  }

  /** What was on screen stays there, as far as one row of it tells the place. */
  private turnTo(order: RowOrder, cursor: number | undefined): void {
    const { visible } = this;
    const shown = cursor !== undefined && cursor >= visible.first && cursor < visible.end;
    const ordinal = shown ? cursor : Math.max(visible.first, visible.end - 1);
    this.order = order;
    if (visible.end > visible.first) this.goal ??= { kind: 'row', ordinal };
    this.placement = { base: placeOf(ordinal, order), rows: 0, scrollTop: 0 };
  }

  private viewport(): Viewport {
    return { scrollTop: this.placement.scrollTop, height: this.height, rowHeight: this.rowHeight };
  }

  private apply(next: Placement): void {
    const { box, scroller } = this.parts;
    this.placement = next;
    const height = `${next.rows * this.rowHeight}px`;
    if (box.style.height !== height) box.style.height = height;
    if (Math.abs(scroller.scrollTop - next.scrollTop) >= 1) scroller.scrollTop = next.scrollTop;
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.parts.scroller;
    const before = this.placement.scrollTop;
    // Our own placement echoes as an event too; only what differs from it came from the user.
    if (Math.abs(scrollTop - before) < 1) return;
    this.placement = { ...this.placement, scrollTop };
    this.scrolledAt = performance.now();
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => this.events.changed(), scrollPauseMs + 10);
    // How far the newest row is away, now and before, px. A taller viewport moves the offset as well, but to the new end.
    const end = scrollHeight - clientHeight;
    const away = this.order === 'newestLast' ? end - scrollTop : scrollTop;
    const nearer = this.order === 'newestLast' ? scrollTop > before : scrollTop < before;
    // With the newest first, the box does not grow upwards in the user's hand: its upper edge stands for the newest row.
    const boxHasNewest =
      this.order === 'newestFirst' || this.placement.base + this.placement.rows >= this.places.end;
    // The first pixel away counts, since trackpads and animations begin with so little.
    if (this.following && away > 1) this.events.followChanged(false);
    else if (!this.following && boxHasNewest && nearer && away <= this.rowHeight / 2)
      this.events.followChanged(true);
    this.events.changed();
  }

  private measure(): void {
    const rowHeight = Math.max(1, Math.round(this.parts.probe.getBoundingClientRect().height));
    const height = this.parts.scroller.clientHeight;
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
}
