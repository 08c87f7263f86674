import { offsetToReveal, type Placement, type Viewport } from './listGeometry';
import { placeOf, type RowOrder } from './rowOrder';

/** Where the next drawing of the list goes: a place to have at the upper edge, or a row to have on screen. */
export type Goal =
  | { readonly kind: 'top'; readonly top: number }
  | { readonly kind: 'row'; readonly ordinal: number };

/** Base and offset at which the goal is reached, as far as there are rows. */
export function aimAt(
  goal: Goal | undefined,
  order: RowOrder,
  placement: Placement,
  viewport: Viewport,
): Placement {
  const { base, rows } = placement;
  if (goal === undefined) return placement;
  if (goal.kind === 'top') {
    const whole = Math.floor(goal.top);
    return { base: whole, rows, scrollTop: (goal.top - whole) * viewport.rowHeight };
  }
  const row = placeOf(goal.ordinal, order);
  if (row < base || row >= base + rows) return { base: row, rows, scrollTop: 0 };
  return { base, rows, scrollTop: offsetToReveal(row, placement, viewport) };
}
