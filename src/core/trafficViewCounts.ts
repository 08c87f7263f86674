import type { Ring } from './ring';
import type { RingSource } from './ringSource';

/**
 * Counts of what came through a view's sources since it began or was cleared, whether it is still there or not.
 * received = kept + evicted.
 */
export interface ViewCounts {
  readonly received: number;
  readonly receivedBytes: number;
  readonly kept: number;
  readonly evicted: number;
  readonly cut: number;
  readonly gaps: number;
}

interface Mark {
  readonly received: number;
  readonly bytes: number;
  readonly cut: number;
}

/** Counts for one view what its ring counts for all. */
export class TrafficViewCounts {
  private marks = new Map<RingSource, Mark>();
  private start = 0;
  private gapsBefore = 0;

  constructor(
    private readonly ring: Ring,
    private readonly sources: ReadonlySet<RingSource>,
  ) {
    this.clear();
  }

  /** Counts from here on. */
  clear(): void {
    this.start = this.ring.end;
    this.gapsBefore = this.ring.gaps.ofAll;
    this.marks = new Map();
    for (const source of this.sources) {
      const { received, receivedBytes, cut } = source;
      this.marks.set(source, { received, bytes: receivedBytes, cut });
    }
  }

  read(): ViewCounts {
    let received = 0;
    let receivedBytes = 0;
    let evicted = 0;
    let cut = 0;
    for (const source of this.sources) {
      const mark = this.marks.get(source);
      if (mark === undefined) continue;
      received += source.received - mark.received;
      receivedBytes += source.receivedBytes - mark.bytes;
      cut += source.cut - mark.cut;
      // A source's messages leave in the order in which they came, those from before the mark first.
      evicted += Math.max(0, source.evicted - mark.received);
    }
    return { received, receivedBytes, kept: received - evicted, evicted, cut, gaps: this.gaps() };
  }

  private gaps(): number {
    const { ofAll, ofSome } = this.ring.gaps;
    let gaps = ofAll - this.gapsBefore;
    for (const { seq, sources } of ofSome) if (seq >= this.start && this.concerns(sources)) gaps++;
    return gaps;
  }

  private concerns(sources: ReadonlySet<RingSource>): boolean {
    for (const source of sources) if (this.sources.has(source)) return true;
    return false;
  }
}
