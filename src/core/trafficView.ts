import type { TrafficRow } from '../protocol/traffic';
import { FilterText } from './filterText';
import type { Ring } from './ring';
import type { RingSource } from './ringSource';
import { TrafficViewChannels } from './trafficViewChannels';
import { TrafficViewCounts, type ViewCounts } from './trafficViewCounts';
import { trafficRow } from './trafficViewRow';
import { TrafficViewRows } from './trafficViewRows';
import { TrafficViewScan } from './trafficViewScan';

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
 * Without a filter, and while all that the ring holds is the panel's, a row's ordinal follows from its seq and no
 * message costs anything. Otherwise the rows are listed; new entries join the list at its end, and, after the filter
 * changed, older ones at its beginning, the newest first.
 */
export class TrafficView {
  readonly channels: TrafficViewChannels;
  private readonly counts: TrafficViewCounts;
  private start: number;
  private text: FilterText | undefined;
  private scan: TrafficViewScan | undefined;
  private rows: TrafficViewRows | undefined;
  /** Entries in [scannedFrom, scannedTo) have been looked at. */
  private scannedFrom = 0;
  private scannedTo = 0;
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
    if (this.shared) this.rescan();
  }

  /** To be called when the ring gets messages of further sources, before the first of them. */
  sourcesChanged(): void {
    if (this.shared || this.holdsAll()) return;
    this.shared = true;
    if (this.rows === undefined) this.listRows();
  }

  get filter(): string {
    return this.text?.text ?? '';
  }

  /** Shows only entries with that text in payload or channel; all when it is empty. */
  setFilter(text: string): void {
    if (text === this.filter) return;
    this.text = text === '' ? undefined : new FilterText(text);
    this.reset();
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
  }

  /** To be called before a view is shown that was not worked on for a while. */
  catchUp(): void {
    if (this.rows !== undefined && this.ring.end - Math.max(this.scannedTo, this.oldest()) > restartAfter) {
      this.rescan();
    }
  }

  /**
   * Looks at entries that were not looked at yet, new ones first, until `deadline` (ms of performance.now()).
   * @returns whether any are left
   */
  work(deadline: number): boolean {
    const { rows, scan } = this;
    if (rows === undefined || scan === undefined) return false;
    const oldest = this.oldest();
    this.scannedTo = Math.max(this.scannedTo, oldest);
    while (this.scannedTo < this.ring.end) {
      this.scannedTo = scan.forward(this.scannedTo, this.ring.end);
      for (const seq of scan.found) rows.push(seq, this.ring.isGap(seq));
      if (performance.now() >= deadline) return this.hasWork();
    }
    while (this.scannedFrom > oldest) {
      this.scannedFrom = scan.backward(oldest, this.scannedFrom);
      for (const seq of scan.found.reverse()) rows.unshift(seq, this.ring.isGap(seq));
      if (performance.now() >= deadline) return this.hasWork();
    }
    return false;
  }

  /** Kept messages that the filter has not looked at yet, at most. */
  get unfiltered(): number {
    if (this.rows === undefined) return 0;
    const oldest = this.oldest();
    const ahead = this.ring.end - Math.max(this.scannedTo, oldest);
    return ahead + Math.max(0, Math.min(this.scannedFrom, this.ring.end) - oldest);
  }

  /** Counts since the view began or was cleared; `matching` of those that are kept. */
  readCounts(): ViewCounts & { readonly matching: number; readonly unfiltered: number } {
    const counts = this.counts.read();
    const { rows } = this;
    if (rows === undefined || this.text === undefined)
      return { ...counts, matching: counts.kept, unfiltered: 0 };
    rows.dropBefore(this.oldest());
    const unfiltered = Math.min(this.unfiltered, counts.kept);
    return { ...counts, matching: rows.end - rows.first - rows.gaps, unfiltered };
  }

  /** Matching messages since the pause. */
  get newWhilePaused(): number {
    if (this.pausedAt === undefined) return 0;
    const from = Math.max(this.pausedAt, this.oldest());
    if (this.rows !== undefined) return this.rows.messagesFrom(from);
    let gaps = 0;
    for (const seq of this.ring.gapSeqs()) if (seq >= from) gaps++;
    return this.ring.end - from - gaps;
  }

  /** The rows from `first` on, or the newest, at most `count`; as many of them as there are. */
  window(first: number | 'newest', count: number): RowWindow {
    const range = this.range();
    const latest = Math.max(range.first, range.end - count);
    const start = first === 'newest' ? latest : Math.min(Math.max(first, range.first), latest);
    const rows: TrafficRow[] = [];
    for (let ordinal = start; ordinal < Math.min(start + count, range.end); ordinal++) {
      const seq = this.rows === undefined ? this.start + ordinal - this.base : this.rows.at(ordinal);
      const row = trafficRow(this.ring, seq, this.channels, this.text);
      if (row !== undefined) rows.push(row);
    }
    return { ...range, start, rows };
  }

  /** Ordinals that exist: [first, end). */
  range(): { readonly first: number; readonly end: number } {
    const { rows } = this;
    rows?.dropBefore(this.oldest());
    const first = rows === undefined ? this.base + this.oldest() - this.start : rows.first;
    return { first, end: Math.max(this.shownEnd(), first) };
  }

  private shownEnd(): number {
    if (this.pausedAt === undefined) return this.liveEnd();
    if (this.rows !== undefined) return this.rows.ordinalOf(this.pausedAt);
    return this.base + this.pausedAt - this.start;
  }

  private liveEnd(): number {
    return this.rows === undefined ? this.base + this.ring.end - this.start : this.rows.end;
  }

  private oldest(): number {
    return Math.max(this.start, this.ring.first);
  }

  private hasWork(): boolean {
    return this.unfiltered > 0;
  }

  private holdsAll(): boolean {
    for (const source of this.ring.lanes.sources.values()) {
      if (source.held && !this.sources.has(source)) return false;
    }
    return true;
  }

  /** Begins anew, after filter or start have changed. */
  private reset(): void {
    if (this.text !== undefined || this.shared) {
      this.rescan();
      return;
    }
    // The ordinal of the oldest entry that is shown must be new; that of `start` may have been used.
    if (this.rows !== undefined) this.base = this.rows.end - (this.oldest() - this.start);
    this.rows = undefined;
    this.scan = undefined;
  }

  private rescan(): void {
    const end = this.liveEnd();
    this.scan = new TrafficViewScan(this.ring, { sources: this.sources, text: this.text });
    this.rows = new TrafficViewRows(end + this.ring.end - this.oldest());
    this.scannedFrom = this.ring.end;
    this.scannedTo = this.ring.end;
  }

  /** Writes out the list that the ordinals stood for so far. */
  private listRows(): void {
    const oldest = this.oldest();
    const rows = new TrafficViewRows(this.base + oldest - this.start);
    for (let seq = oldest; seq < this.ring.end; seq++) rows.push(seq, this.ring.isGap(seq));
    this.rescan();
    this.rows = rows;
    this.scannedFrom = oldest;
  }
}
