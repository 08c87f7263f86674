import type { Ring } from './ring';
import { TrafficViewRows } from './trafficViewRows';
import { type ScanRule, TrafficViewScan } from './trafficViewScan';

/**
 * The entries of a ring that a rule shows, listed. New entries join the list at its end; older ones, which are looked at
 * afterwards, at its beginning, the newest first.
 */
export class FilteredRows {
  readonly rows: TrafficViewRows;
  private readonly scan: TrafficViewScan;
  /** Entries in [scannedFrom, scannedTo) have been looked at. */
  private scannedFrom: number;
  private scannedTo: number;

  /**
   * @param firstOrdinal the least ordinal that a row may get
   * @param oldest the oldest entry that is of interest
   */
  constructor(
    private readonly ring: Ring,
    rule: ScanRule,
    firstOrdinal: number,
    oldest: number,
  ) {
    this.scan = new TrafficViewScan(ring, rule);
    this.rows = new TrafficViewRows(firstOrdinal + ring.end - oldest);
    this.scannedFrom = ring.end;
    this.scannedTo = ring.end;
  }

  /** Takes all entries from `oldest` on for shown, without a look. */
  takeAll(oldest: number): void {
    for (let seq = oldest; seq < this.ring.end; seq++) this.rows.push(seq, this.ring.isGap(seq));
    this.scannedFrom = oldest;
  }

  /**
   * Looks at entries that were not looked at yet, new ones first, until `deadline` (ms of performance.now()).
   * @returns whether any are left
   */
  work(oldest: number, deadline: number): boolean {
    const { rows, scan, ring } = this;
    this.scannedTo = Math.max(this.scannedTo, oldest);
    while (this.scannedTo < ring.end) {
      this.scannedTo = scan.forward(this.scannedTo, ring.end);
      for (const seq of scan.found) rows.push(seq, ring.isGap(seq));
      if (performance.now() >= deadline) return this.unscanned(oldest) > 0;
    }
    while (this.scannedFrom > oldest) {
      this.scannedFrom = scan.backward(oldest, this.scannedFrom);
      for (const seq of scan.found.reverse()) rows.unshift(seq, ring.isGap(seq));
      if (performance.now() >= deadline) return this.unscanned(oldest) > 0;
    }
    return false;
  }

  /** Entries from `oldest` on that have not been looked at yet. */
  unscanned(oldest: number): number {
    return this.ahead(oldest) + Math.max(0, Math.min(this.scannedFrom, this.ring.end) - oldest);
  }

  /** Of those, the ones that are newer than all that have been. */
  ahead(oldest: number): number {
    return this.ring.end - Math.max(this.scannedTo, oldest);
  }

  /** Whether all entries have been looked at but for the newest. */
  caughtUp(oldest: number): boolean {
    return this.unscanned(oldest) === this.ahead(oldest);
  }

  /** Whether the rule is known to show an entry. */
  holds(seq: number): boolean {
    const at = this.rows.ordinalOf(seq);
    return at < this.rows.end && this.rows.at(at) === seq;
  }

  /** Messages that the rule shows, of those looked at. */
  matching(oldest: number): number {
    this.rows.dropBefore(oldest);
    return this.rows.end - this.rows.first - this.rows.gaps;
  }
}
