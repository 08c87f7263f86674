/**
 * Arithmetic of the virtual list. Rows are known by numbers [first, end) that grow downwards: see rowOrder.ts. All rows
 * have one height. The scrolled box holds the rows from `base` on, at most `capacity` of them, because browsers cannot lay
 * out boxes of any height. When `first` or `base` moves, the scroll offset moves by as many rows, so that what is on
 * screen stays.
 */

/** Where the box stands: which ordinal its top is, how many rows it holds, how far it is scrolled (px). */
export interface Placement {
  readonly base: number;
  readonly rows: number;
  readonly scrollTop: number;
}

export interface Ordinals {
  readonly first: number;
  readonly end: number;
}

export interface Viewport {
  /** px */
  readonly scrollTop: number;
  /** px */
  readonly height: number;
  /** px, whole */
  readonly rowHeight: number;
}

export interface PlacementMode {
  /** Stick to this end, where the newest row is. */
  readonly stick: 'first' | 'last' | undefined;
  /** The user scrolls right now: the box keeps its origin if it can, so that the scroll bar does not fight the hand. */
  readonly scrolling: boolean;
  /** Rows that the box may hold. */
  readonly capacity: number;
}

/** Chromium lays out at most 2^25 device pixels; some stay spare. */
const maximumDevicePixels = 32_000_000;

/** Share of a row that does not count as visible: a saved offset comes back with a rounding error. */
const sliver = 0.02;

/** Rows that a box may hold on a screen with this ratio of device to CSS pixels. */
export function boxCapacity(rowHeight: number, devicePixelRatio: number): number {
  return Math.max(1, Math.floor(maximumDevicePixels / (rowHeight * Math.max(1, devicePixelRatio))));
}

/** The box after the ordinals, the viewport or the mode changed. */
export function place(
  base: number,
  { first, end }: Ordinals,
  viewport: Viewport,
  mode: PlacementMode,
): Placement {
  const { rowHeight, height } = viewport;
  const count = Math.max(0, end - first);
  const lastBase = Math.max(first, end - mode.capacity);
  if (mode.stick !== undefined) {
    const rows = Math.min(count, mode.capacity);
    if (mode.stick === 'first') return { base: first, rows, scrollTop: 0 };
    return { base: lastBase, rows, scrollTop: Math.max(0, rows * rowHeight - height) };
  }
  const top = clamp(base + viewport.scrollTop / rowHeight, first, Math.max(first, end - height / rowHeight));
  const next = nextBase(base, top, { first, end }, viewport, mode, lastBase);
  const rows = Math.min(end - next, mode.capacity);
  const scrollTop = clamp((top - next) * rowHeight, 0, Math.max(0, rows * rowHeight - height));
  return { base: next, rows, scrollTop };
}

function nextBase(
  base: number,
  top: number,
  { first, end }: Ordinals,
  { height, rowHeight }: Viewport,
  { capacity, scrolling }: PlacementMode,
  lastBase: number,
): number {
  const screen = height / rowHeight;
  const bottom = top + screen;
  const holdsScreen = base <= top && (bottom <= base + capacity || base + capacity >= end);
  if (scrolling && holdsScreen) return base;
  // Away from both edges of the box the origin can stay; at an edge with rows beyond, the box is centred anew.
  const atTop = top < base + screen && base > first;
  const atBottom = bottom > base + capacity - screen && base + capacity < end;
  if (base >= first && base <= lastBase && !atTop && !atBottom) return base;
  return clamp(Math.floor(top - capacity / 2), first, lastBase);
}

/** The ordinals [from, to) of which more than a rounding error is on screen. */
export function visibleRows(placement: Placement, { first, end }: Ordinals, viewport: Viewport): Ordinals {
  const { base, scrollTop } = placement;
  const from = base + Math.floor(scrollTop / viewport.rowHeight + sliver);
  const to = base + Math.ceil((scrollTop + viewport.height) / viewport.rowHeight - sliver);
  return { first: clamp(from, first, end), end: clamp(to, first, end) };
}

/** `rows` widened by `margin` on both sides, inside what exists. */
export function widen(rows: Ordinals, margin: number, existing: Ordinals): Ordinals {
  return {
    first: Math.max(existing.first, rows.first - margin),
    end: Math.min(existing.end, rows.end + margin),
  };
}

/** The scroll offset (px) nearest to the present one at which the row is wholly on screen. */
export function offsetToReveal(ordinal: number, placement: Placement, viewport: Viewport): number {
  const top = (ordinal - placement.base) * viewport.rowHeight;
  const bottom = top + viewport.rowHeight;
  if (top < placement.scrollTop) return top;
  if (bottom > placement.scrollTop + viewport.height) return bottom - viewport.height;
  return placement.scrollTop;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
