import type { ViewFilter } from '../protocol/traffic';

/** Shows everything. */
export const noFilter: ViewFilter = { text: '', mode: 'filter', hidden: [] };

/** Which messages a view shows, or marks. Made of what the user typed; see parseFilter. */
export interface TrafficFilter {
  /** As it was typed. */
  readonly text: string;
  /** How many messages may be looked at in one batch, so that a slice of time can end. */
  readonly batch: number;
  /** Whether all messages of a channel match for its name. */
  matchesChannel(channel: Buffer): boolean;
  /** Whether the payload at [start, end) of `data` matches. */
  matchesPayload(data: Buffer, start: number, end: number): boolean;
  /** Where it matches in a text as drawn: [start, end) pairs, none overlapping, at most {@link rangeLimit}. */
  ranges(shown: string): [start: number, end: number][];
}

/** So many matches are marked in one text. */
export const rangeLimit = 100;
