import type { TrafficCounts, TrafficRow, ViewFilter } from '../protocol/traffic';
import { ChannelChoice } from './channelChoice';
import { FilteredRows } from './filteredRows';
import { parseFilter } from './parseFilter';
import type { Ring } from './ring';
import type { RingSource } from './ringSource';
import { noFilter, type TrafficFilter } from './trafficFilter';
import { TrafficViewChannels } from './trafficViewChannels';
import { TrafficViewCounts } from './trafficViewCounts';
import { trafficRow } from './trafficViewRow';

/** A view that lags behind by more entries than this when it is looked at again begins with the newest. */
const restartAfter = 100_000;

/** Rows of a view, by ordinal. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
  /** Ordinal of `rows[0]`. */
  readonly start: number;
  readonly rows: readonly TrafficRow[];
}

/**
 * What one panel sees of a ring: the messages of its subscriptions and the gaps that concern them, through its filter,
 * from the moment at which it opened or was cleared.
 *
 * While nothing is left out and all that the ring holds is the panel's, a row's ordinal follows from its seq and no message
 * costs anything. Otherwise the rows are listed.
 */
export class TrafficView {
  readonly channels: TrafficViewChannels;
  private readonly counts: TrafficViewCounts;
  private start: number;
  private inForce = noFilter;
  private parsed: TrafficFilter | undefined;
  private choice = new ChannelChoice(noFilter);
  /** The rows, where they do not follow from the seqs. */
  private listed: FilteredRows | undefined;
  /** What the filter finds among the rows, in the mode `find`. */
  private marked: FilteredRows | undefined;
  /** The entry that {@link matchBeside} led to last. */
  private visited = -1;
  /** Whether the ring has held entries of others since this view began. */
  private shared: boolean;
  /** While paused, entries from this seq on are not shown. */
  private pausedAt: number | undefined;
  /** Ordinal of the entry at `start`, while ordinals follow from seqs. Grows with every new beginning. */
  private base = 0;

  constructor(
    private readonly ring: Ring,
    readonly sources: ReadonlySet<RingSource>,
  ) {
    this.channels = new TrafficViewChannels(ring, sources);
    this.counts = new TrafficViewCounts(ring, sources);
    this.start = ring.end;
    this.shared = !this.holdsAll();
    if (this.shared) this.listed = this.listAnew();
  }

  /** To be called when the ring gets messages of further sources, before the first of them. */
  sourcesChanged(): void {
    if (this.shared || this.holdsAll()) return;
    this.shared = true;
    if (this.listed !== undefined) return;
    // The list stands for the ordinals that there have been so far.
    const oldest = this.oldest();
    const first = this.base + oldest - this.start - (this.ring.end - oldest);
    this.listed = new FilteredRows(this.ring, this.rule(undefined), first, oldest);
    this.listed.takeAll(oldest);
  }

  get filter(): ViewFilter {
    return this.inForce;
  }

  /** Grows whenever all rows get ordinals anew. */
  generation = 0;

  /** @throws {Failure} `argument` when the filter cannot be read; the one before stays */
  setFilter(filter: ViewFilter): void {
    const before = { ...this.inForce, listed: this.listFilter() };
    if (filter.text !== before.text) this.parsed = parseFilter(filter.text);
    this.inForce = filter;
    const choice = new ChannelChoice(filter);
    const sameChannels = choice.equals(this.choice);
    this.choice = choice;
    if (!sameChannels || this.listFilter() !== before.listed) this.reset();
    if (!sameChannels || filter.text !== before.text || filter.mode !== before.mode) this.markAnew();
  }

  get paused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** Freezes the end of the view, or lets it go on. Capture is not concerned. */
  setPaused(paused: boolean): void {
    this.pausedAt = paused ? (this.pausedAt ?? this.ring.end) : undefined;
  }

  /** Forgets all that came so far, for this view only. */
  clear(): void {
    this.base = this.liveEnd();
    this.start = this.ring.end;
    if (this.pausedAt !== undefined) this.pausedAt = this.start;
    this.shared = !this.holdsAll();
    this.counts.clear();
    this.channels.clear();
    this.reset();
    this.markAnew();
  }

  /** To be called before a view is shown that was not worked on for a while. */
  catchUp(): void {
    const oldest = this.oldest();
    if (this.listed !== undefined && this.listed.ahead(oldest) > restartAfter) this.reset();
    if (this.marked !== undefined && this.marked.ahead(oldest) > restartAfter) this.markAnew();
  }

  /**
   * Looks at entries that were not looked at yet, new ones first, until `deadline` (ms of performance.now()).
   * @returns whether any are left
   */
  work(deadline: number): boolean {
    const oldest = this.oldest();
    const left = this.listed?.work(oldest, deadline) ?? false;
    return (this.marked?.work(oldest, deadline) ?? false) || left;
  }

  /** Kept messages that the filter has not looked at yet, at most. */
  get unfiltered(): number {
    return (this.marked ?? this.listed)?.unscanned(this.oldest()) ?? 0;
  }

  /** Counts since the view began or was cleared; `matching` of those that are kept. */
  readCounts(): TrafficCounts {
    const counts = this.counts.read();
    const oldest = this.oldest();
    const looking = this.marked ?? (this.leavesOut() ? this.listed : undefined);
    if (looking === undefined) return { ...counts, matching: counts.kept, filtered: 0, unfiltered: 0 };
    const unfiltered = Math.min(looking.unscanned(oldest), counts.kept);
    return {
      ...counts,
      matching: looking.matching(oldest),
      filtered: this.filtered(counts.kept),
      unfiltered,
    };
  }

  private filtered(kept: number): number {
    const { listed } = this;
    if (listed === undefined || !this.leavesOut()) return 0;
    const oldest = this.oldest();
    return Math.max(0, kept - listed.matching(oldest) - listed.unscanned(oldest));
  }

  /** Shown messages since the pause. */
  get newWhilePaused(): number {
    if (this.pausedAt === undefined) return 0;
    const from = Math.max(this.pausedAt, this.oldest());
    if (this.listed !== undefined) return this.listed.rows.messagesFrom(from);
    let gaps = 0;
    for (const seq of this.ring.gaps.seqs()) if (seq >= from) gaps++;
    return this.ring.end - from - gaps;
  }

  /** The rows from `first` on, or the newest, at most `count`; as many of them as there are. */
  window(first: number | 'newest', count: number): RowWindow {
    const range = this.range();
    const latest = Math.max(range.first, range.end - count);
    const start = first === 'newest' ? latest : Math.min(Math.max(first, range.first), latest);
    const rows: TrafficRow[] = [];
    for (let ordinal = start; ordinal < Math.min(start + count, range.end); ordinal++) {
      const seq = this.seqAt(ordinal);
      const row = trafficRow(this.ring, seq, this.channels, this.parsed, this.marked?.holds(seq) ?? false);
      if (row !== undefined) rows.push(row);
    }
    return { ...range, start, rows };
  }

  /** Ordinals that exist: [first, end). */
  range(): { readonly first: number; readonly end: number } {
    const rows = this.listed?.rows;
    rows?.dropBefore(this.oldest());
    const first = rows === undefined ? this.base + this.oldest() - this.start : rows.first;
    return { first, end: Math.max(this.shownEnd(), first) };
  }

  /**
   * The ordinal of the match next to a row, not counting the row itself; undefined when there is none that way.
   * @param direction -1 towards older rows
   */
  matchBeside(ordinal: number, direction: 1 | -1): number | undefined {
    const { first, end } = this.range();
    const rows = this.marked?.rows;
    if (rows === undefined) {
      // All rows match but the gaps.
      let next = direction > 0 ? Math.max(ordinal + 1, first) : Math.min(ordinal, end) - 1;
      while (next >= first && next < end && this.ring.isGap(this.seqAt(next))) next += direction;
      return next >= first && next < end ? next : undefined;
    }
    rows.dropBefore(this.oldest());
    const seq = ordinal < first ? -1 : ordinal >= end ? this.ring.end : this.seqAt(ordinal);
    let place = rows.ordinalOf(seq);
    if (direction < 0) place--;
    else if (place < rows.end && rows.at(place) === seq) place++;
    for (; place >= rows.first && place < rows.end; place += direction) {
      const found = rows.at(place);
      if (this.ring.isGap(found)) continue;
      const at = this.ordinalOf(found);
      if (at >= end) return undefined;
      this.visited = found;
      return at;
    }
    return undefined;
  }

  /** Which of the matches, from the oldest on and from 1, {@link matchBeside} led to, once that can be told. */
  get match(): number | undefined {
    const oldest = this.oldest();
    const { marked, visited } = this;
    if (marked === undefined || visited < oldest || !marked.caughtUp(oldest) || !marked.holds(visited))
      return undefined;
    return marked.matching(oldest) - marked.rows.messagesFrom(visited) + 1;
  }

  /** The ordinal of the first row that came at a time (ms since the epoch) or later; of the newest where none did. */
  ordinalAtTime(time: number): number {
    const { first, end } = this.range();
    let low = first;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.ring.timeOf(this.seqAt(middle)) < time) low = middle + 1;
      else high = middle;
    }
    return Math.max(first, Math.min(low, end - 1));
  }

  private seqAt(ordinal: number): number {
    return this.listed === undefined ? this.start + ordinal - this.base : this.listed.rows.at(ordinal);
  }

  private ordinalOf(seq: number): number {
    return this.listed === undefined ? this.base + seq - this.start : this.listed.rows.ordinalOf(seq);
  }

  private shownEnd(): number {
    return this.pausedAt === undefined ? this.liveEnd() : this.ordinalOf(this.pausedAt);
  }

  private liveEnd(): number {
    return this.listed === undefined ? this.ordinalOf(this.ring.end) : this.listed.rows.end;
  }

  private oldest(): number {
    return Math.max(this.start, this.ring.first);
  }

  private holdsAll(): boolean {
    for (const source of this.ring.lanes.sources.values()) {
      if (source.held && !this.sources.has(source)) return false;
    }
    return true;
  }

  /** The filter by which rows are left out. */
  private listFilter(): TrafficFilter | undefined {
    return this.inForce.mode === 'filter' ? this.parsed : undefined;
  }

  private leavesOut(): boolean {
    return this.listFilter() !== undefined || this.choice.leavesOut;
  }

  private rule(filter: TrafficFilter | undefined) {
    return { sources: this.sources, channels: this.choice, filter };
  }

  /** Begins anew, after filter or start have changed. */
  private reset(): void {
    this.generation++;
    if (this.leavesOut() || this.shared) {
      this.listed = this.listAnew();
      return;
    }
    // The ordinal of the oldest entry that is shown must be new; that of `start` may have been used.
    if (this.listed !== undefined) this.base = this.listed.rows.end - (this.oldest() - this.start);
    this.listed = undefined;
  }

  private listAnew(): FilteredRows {
    return new FilteredRows(this.ring, this.rule(this.listFilter()), this.liveEnd(), this.oldest());
  }

  private markAnew(): void {
    this.marked =
      this.inForce.mode === 'find' && this.parsed !== undefined
        ? new FilteredRows(this.ring, this.rule(this.parsed), 0, this.oldest())
        : undefined;
  }
}
