import type { FilterText } from './filterText';
import type { Ring } from './ring';
import type { RingLane, RingSource } from './ringSource';

/** One search goes over at most so many bytes of memory and so many entries, so that a time slice can end. */
const batchBytes = 262_144;
const batchEntries = 16_384;

/** What entries of a ring a view shows: those of its sources in which the text, if any, stands in payload or channel. */
export interface ScanRule {
  readonly sources: ReadonlySet<RingSource>;
  readonly text: FilterText | undefined;
}

/** Finds a view's entries among the ring's, a batch at a time. */
export class TrafficViewScan {
  /** Whether the text stands in a lane's channel name. Lanes are few. */
  private readonly channelMatches = new WeakMap<RingLane, boolean>();
  /** Entries that the last batch showed, oldest first. */
  readonly found: number[] = [];

  constructor(
    private readonly ring: Ring,
    readonly rule: ScanRule,
  ) {}

  /** Looks at entries from `from` on, up to `to` at the most. @returns where the next batch begins */
  forward(from: number, to: number): number {
    let end = from;
    const start = this.ring.offsetOf(from);
    while (end < to && end - from < batchEntries) {
      const offset = this.ring.offsetOf(end);
      // Where the ring's memory begins again, so does a batch.
      if (offset < start || offset - start > batchBytes) break;
      end++;
    }
    this.look(from, end);
    return end;
  }

  /** Looks at entries before `before`, down to `from` at the least. @returns where the next batch ends */
  backward(from: number, before: number): number {
    let begin = before;
    const last = this.ring.offsetOf(before - 1);
    while (begin > from && before - begin < batchEntries) {
      const offset = this.ring.offsetOf(begin - 1);
      if (offset > last || last - offset > batchBytes) break;
      begin--;
    }
    this.look(begin, before);
    return begin;
  }

  /** Entries [begin, end) whose regions ascend in memory. */
  private look(begin: number, end: number): void {
    const { rule, found } = this;
    found.length = 0;
    if (rule.text === undefined) {
      for (let seq = begin; seq < end; seq++) if (this.isOurs(seq)) found.push(seq);
      return;
    }
    this.lookForText(begin, end, rule.text);
  }

  private lookForText(begin: number, end: number, text: FilterText): void {
    const { ring, found } = this;
    if (begin >= end) return;
    const { data } = ring;
    const start = ring.offsetOf(begin);
    const stop = ring.regionEnd(end - 1);
    const folded = text.folded(data, start, stop);
    let hit = text.find(folded, 0, data, start);
    for (let seq = begin; seq < end; seq++) {
      if (!this.isOurs(seq)) continue;
      const lane = ring.laneOf(seq);
      if (lane === undefined || this.channelHas(lane, text)) {
        found.push(seq);
        continue;
      }
      // An inline name and its payload stand side by side; what crosses from one to the other is no match.
      const prefix = ring.namePrefix(seq, lane);
      const region = ring.offsetOf(seq) - start;
      const payload = region + prefix;
      const payloadEnd = payload + ring.keptOf(seq);
      if (hit >= 0 && hit < region) hit = text.find(folded, region, data, start);
      while (hit >= 0 && hit < payloadEnd) {
        const hitEnd = hit + text.length;
        const inName = prefix > 0 && hit >= region + 4 && hitEnd <= payload;
        if (inName || (hit >= payload && hitEnd <= payloadEnd)) {
          found.push(seq);
          break;
        }
        hit = text.find(folded, hit + 1, data, start);
      }
    }
  }

  private isOurs(seq: number): boolean {
    const lane = this.ring.laneOf(seq);
    if (lane !== undefined) return this.rule.sources.has(lane.source);
    const concerned = this.ring.gap(seq)?.sources;
    if (concerned === undefined) return true;
    for (const source of concerned) if (this.rule.sources.has(source)) return true;
    return false;
  }

  private channelHas(lane: RingLane, text: FilterText): boolean {
    if (lane.inline) return false;
    let has = this.channelMatches.get(lane);
    if (has === undefined) {
      has = text.isIn(lane.channel);
      this.channelMatches.set(lane, has);
    }
    return has;
  }
}
