import type { Ordinals } from './listGeometry';

/** Which end of the list the newest message is at. */
export type RowOrder = 'newestLast' | 'newestFirst';

export function isRowOrder(value: unknown): value is RowOrder {
  return value === 'newestLast' || value === 'newestFirst';
}

/**
 * The place of a row in the list, counted downwards, and by the same rule the ordinal at a place. With the newest first
 * the ordinals are mirrored, so that new rows get places above all others and no place ever changes its row.
 */
export function placeOf(ordinal: number, order: RowOrder): number {
  return order === 'newestLast' ? ordinal : -1 - ordinal;
}

/** The places of a range of ordinals, and the other way round. */
export function placesOf({ first, end }: Ordinals, order: RowOrder): Ordinals {
  return order === 'newestLast' ? { first, end } : { first: -end, end: -first };
}
