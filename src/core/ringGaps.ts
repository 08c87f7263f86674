import type { RingSource } from './ringSource';

/** From so many gaps on, gaps that follow each other without a message in between become one. */
const separateGaps = 1_000;

/** A time in which messages may have been missed. `to` is absent while it lasts. */
export interface RingGap {
  readonly from: number;
  to?: number;
  reason: string;
  /** The sources it concerns; absent where all. */
  readonly sources?: ReadonlySet<RingSource>;
}

/** What the ring's entries that are gaps say. */
export class RingGaps {
  /** How many there have been that concern all sources, those that were evicted included. */
  ofAll = 0;
  /** The newest that concern some sources only, those that were evicted included. */
  readonly ofSome: { readonly seq: number; readonly sources: ReadonlySet<RingSource> }[] = [];
  private readonly kept = new Map<number, RingGap>();

  /**
   * A gap opens.
   * @param seq number of the entry that it is to have
   * @returns the number of the entry that it has: when there are very many it goes on with the newest one
   */
  begin(seq: number, gap: RingGap): number {
    if (gap.sources === undefined) this.ofAll++;
    else this.ofSome.push({ seq, sources: gap.sources });
    if (this.ofSome.length > separateGaps) this.ofSome.shift();
    const newest = this.kept.get(seq - 1);
    if (newest !== undefined && this.kept.size >= separateGaps && newest.sources === gap.sources) {
      delete newest.to;
      newest.reason = gap.reason;
      return seq - 1;
    }
    this.kept.set(seq, gap);
    return seq;
  }

  /** Closes a gap, if it is still kept. */
  end(seq: number, to: number): void {
    const gap = this.kept.get(seq);
    if (gap !== undefined) gap.to = to;
  }

  /** Names another reason for a gap, if it is still kept. */
  giveReason(seq: number, reason: string): void {
    const gap = this.kept.get(seq);
    if (gap !== undefined) gap.reason = reason;
  }

  /** The gap that this entry is; undefined when it is evicted or none. */
  at(seq: number): RingGap | undefined {
    return this.kept.get(seq);
  }

  /** Entries that are gaps, oldest first. */
  seqs(): IterableIterator<number> {
    return this.kept.keys();
  }

  /** Gaps that last still. */
  get open(): number {
    let open = 0;
    for (const gap of this.kept.values()) if (gap.to === undefined) open++;
    return open;
  }

  /** The entry was evicted. */
  evict(seq: number): void {
    this.kept.delete(seq);
  }
}
