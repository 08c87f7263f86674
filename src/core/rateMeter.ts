import type { Ring } from './ring';
import type { RingLane, RingSource } from './ringSource';

/**
 * Messages and bytes per second of everything that feeds a ring, over the time between two ticks. Costs nothing per
 * message, as it reads the counts that the ring keeps anyway.
 */
export class RateMeter {
  private tickedAt: number;
  private readonly sourceMarks = new Map<RingSource, { received: number; bytes: number }>();
  private laneMarks = new Map<RingLane, { received: number; bytes: number }>();

  /** @param now ms, of any steady clock */
  constructor(
    private readonly ring: Ring,
    now: number,
  ) {
    this.tickedAt = now;
  }

  /** Writes the rates since the last tick into sources and lanes. @returns whether any is or was above 0 */
  tick(now: number): boolean {
    const seconds = Math.max(0.001, (now - this.tickedAt) / 1_000);
    this.tickedAt = now;
    let changed = false;
    for (const source of this.ring.lanes.sources.values()) {
      const mark = this.sourceMarks.get(source) ?? { received: 0, bytes: 0 };
      const rate = (source.received - mark.received) / seconds;
      changed ||= rate > 0 || source.rate > 0;
      source.rate = rate;
      source.byteRate = (source.receivedBytes - mark.bytes) / seconds;
      this.sourceMarks.set(source, { received: source.received, bytes: source.receivedBytes });
    }
    if (changed) this.tickLanes(seconds);
    return changed;
  }

  private tickLanes(seconds: number): void {
    const marks = new Map<RingLane, { received: number; bytes: number }>();
    for (const lane of this.ring.lanes.all()) {
      const mark = this.laneMarks.get(lane);
      lane.rate = (lane.received - (mark?.received ?? 0)) / seconds;
      lane.byteRate = (lane.receivedBytes - (mark?.bytes ?? 0)) / seconds;
      marks.set(lane, { received: lane.received, bytes: lane.receivedBytes });
    }
    this.laneMarks = marks;
  }
}
