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
  /** One line, whose height is a row's. */
  readonly line: HTMLElement;
}

type Goal =
  | { readonly kind: 'top'; readonly top: number }
  | { readonly kind: 'row'; readonly ordinal: number };

/** How far the list is scrolled: the place of the box is {@link place}'s, and what moves it is the user or a goal. */
export class ListScroll {
  /** As it is on screen, but for what the user scrolled since. */
  private placement: Placement = { base: 0, rows: 0, scrollTop: 0 };
  /** Where the next drawing goes. Kept apart, because until then the placement has to tell our scrolling from the user's. */
  private goal: Goal | undefined;
  private ordinals: Ordinals = { first: 0, end: 0 };
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
    sizes.observe(parts.line);
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

  /** At the next drawing, scrolls as little as needed to have the row on screen. */
  reveal(ordinal: number): void {
    this.goal = { kind: 'row', ordinal };
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

  /** Brings the box to where it has to be now. `ordinals` is undefined while nothing is known of the rows. */
  settle(ordinals: Ordinals | undefined, following: boolean, cursor: number | undefined): void {
    this.ordinals = ordinals ?? { first: 0, end: 0 };
    this.following = following;
    this.cursor = cursor;
    if (ordinals === undefined) {
      this.apply({ ...this.placement, rows: 0, scrollTop: 0 });
      return;
    }
    const aim = aimAt(this.goal, this.placement, this.viewport());
    this.goal = undefined;
    const viewport = { ...this.viewport(), scrollTop: aim.scrollTop };
    this.apply(
      place(aim.base, ordinals, viewport, {
        following,
        scrolling: performance.now() - this.scrolledAt < scrollPauseMs,
        capacity: boxCapacity(this.rowHeight, window.devicePixelRatio),
      }),
    );
  }

  /** The rows on screen and `margin` more at each edge, as far as the box has room for them. */
  drawn(margin: number): Ordinals {
    const { base, rows } = this.placement;
    const inBox = {
      first: Math.max(this.ordinals.first, base),
      end: Math.min(this.ordinals.end, base + rows),
    };
    return widen(this.visible, margin, inBox);
  }

  /** Where a row begins in the box, px. */
  offsetOf(ordinal: number): number {
    return (ordinal - this.placement.base) * this.rowHeight;
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
    // The first pixel away from the end counts, since trackpads and animations begin with so little. A taller viewport
    // moves the offset as well, but to the new end.
    const end = scrollHeight - clientHeight;
    const atLastRow = this.placement.base + this.placement.rows >= this.ordinals.end;
    if (this.following && scrollTop < end - 1) {
      this.events.followChanged(false);
    } else if (!this.following && atLastRow && scrollTop > before && scrollTop >= end - this.rowHeight / 2) {
      this.events.followChanged(true);
    }
    this.events.changed();
  }

  private measure(): void {
    const rowHeight = Math.max(1, Math.round(this.parts.line.getBoundingClientRect().height));
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
