import type { ChannelChoice } from './channelChoice';
import { FilterText } from './filterText';
import type { Ring } from './ring';
import type { RingLane, RingSource } from './ringSource';
import type { TrafficFilter } from './trafficFilter';

/** One search goes over at most so many bytes of memory and so many entries, so that a time slice can end. */
const batchBytes = 262_144;
const batchEntries = 16_384;

/** Which entries of a ring a view shows. */
export interface ScanRule {
  readonly sources: ReadonlySet<RingSource>;
  readonly channels: ChannelChoice;
  readonly filter: TrafficFilter | undefined;
}

/** Whether a lane is shown by its channel's name alone, never, or as its payloads are. */
type Verdict = 'all' | 'none' | 'payload';

/** Finds a view's entries among the ring's, a batch at a time. */
export class TrafficViewScan {
  /** What is known of lanes, by their ids. */
  private readonly verdicts: Verdict[] = [];
  /** The lanes that {@link verdicts} are for, since ids are given anew. */
  private readonly judged: RingLane[] = [];
  private readonly batchEntries: number;
  /** Entries that the last batch showed, oldest first. */
  readonly found: number[] = [];

  constructor(
    private readonly ring: Ring,
    readonly rule: ScanRule,
  ) {
    this.batchEntries = rule.filter?.batch ?? batchEntries;
  }

  /** Looks at entries from `from` on, up to `to` at the most. @returns where the next batch begins */
  forward(from: number, to: number): number {
    let end = from;
    const start = this.ring.offsetOf(from);
    while (end < to && end - from < this.batchEntries) {
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
    while (begin > from && before - begin < this.batchEntries) {
      const offset = this.ring.offsetOf(begin - 1);
      if (offset > last || last - offset > batchBytes) break;
      begin--;
    }
    this.look(begin, before);
    return begin;
  }

  /** Entries [begin, end) whose regions ascend in memory. */
  private look(begin: number, end: number): void {
    this.found.length = 0;
    const { filter } = this.rule;
    if (filter instanceof FilterText) this.lookForText(begin, end, filter);
    else this.lookAtEach(begin, end, filter);
  }

  private lookAtEach(begin: number, end: number, filter: TrafficFilter | undefined): void {
    const { ring, found } = this;
    for (let seq = begin; seq < end; seq++) {
      const lane = ring.laneOf(seq);
      const verdict = lane === undefined ? this.gapVerdict(seq) : this.laneVerdict(seq, lane);
      if (verdict === 'none') continue;
      if (verdict === 'payload' && filter !== undefined && lane !== undefined) {
        const prefix = ring.namePrefix(seq, lane);
        const payload = ring.offsetOf(seq) + prefix;
        const inName = prefix > 0 && filter.matchesChannel(ring.data.subarray(payload - prefix + 4, payload));
        if (!inName && !filter.matchesPayload(ring.data, payload, payload + ring.keptOf(seq))) continue;
      }
      found.push(seq);
    }
  }

  /**
   * Looks for the text in all the batch's memory at once. Which entry a place belongs to is asked only where the text was
   * found; of all others no more than the lane is read.
   */
  private lookForText(begin: number, end: number, { search }: FilterText): void {
    const { ring, found } = this;
    if (begin >= end) return;
    const start = ring.offsetOf(begin);
    search.over(ring.data, start, ring.regionEnd(end - 1));
    let seq = begin;
    for (let hit = search.next(start); hit >= 0; ) {
      const holder = ring.holderOf(hit, seq, end);
      this.addNamed(seq, holder);
      seq = holder;
      const lane = ring.laneOf(holder);
      const verdict = lane === undefined ? this.gapVerdict(holder) : this.laneVerdict(holder, lane);
      if (
        verdict === 'payload' &&
        lane !== undefined &&
        !this.holds(holder, lane, hit, hit + search.length)
      ) {
        hit = search.next(hit + 1);
        continue;
      }
      if (verdict !== 'none') found.push(holder);
      seq++;
      hit = search.next(Math.max(hit + 1, ring.regionEnd(holder)));
    }
    this.addNamed(seq, end);
  }

  /** Takes those of the entries [begin, end) that are shown whatever their payload is. */
  private addNamed(begin: number, end: number): void {
    for (let seq = begin; seq < end; seq++) {
      const lane = this.ring.laneOf(seq);
      // A name that the message carries itself was looked at together with its payload.
      if (lane?.inline === true) continue;
      const verdict = lane === undefined ? this.gapVerdict(seq) : this.laneVerdict(seq, lane);
      if (verdict === 'all') this.found.push(seq);
    }
  }

  /** Whether what was found stands in one part of the entry: an inline name and its payload lie side by side. */
  private holds(seq: number, lane: RingLane, hit: number, hitEnd: number): boolean {
    const region = this.ring.offsetOf(seq);
    const payload = region + this.ring.namePrefix(seq, lane);
    if (hit >= payload) return hitEnd <= payload + this.ring.keptOf(seq);
    return hit >= region + 4 && hitEnd <= payload;
  }

  private gapVerdict(seq: number): 'all' | 'none' {
    const concerned = this.ring.gaps.at(seq)?.sources;
    if (concerned === undefined) return 'all';
    for (const source of concerned) if (this.rule.sources.has(source)) return 'all';
    return 'none';
  }

  private laneVerdict(seq: number, lane: RingLane): Verdict {
    const known = this.verdicts[lane.id];
    if (known !== undefined && this.judged[lane.id] === lane) return known;
    const { sources, channels, filter } = this.rule;
    if (lane.inline) {
      if (!sources.has(lane.source) || (channels.leavesOut && channels.hides(this.inlineName(seq, lane))))
        return 'none';
      return filter === undefined ? 'all' : 'payload';
    }
    const shown = sources.has(lane.source) && !channels.hides(lane.channel.toString('latin1'));
    const verdict = !shown ? 'none' : filter?.matchesChannel(lane.channel) === false ? 'payload' : 'all';
    this.verdicts[lane.id] = verdict;
    this.judged[lane.id] = lane;
    return verdict;
  }

  private inlineName(seq: number, lane: RingLane): string {
    const start = this.ring.offsetOf(seq);
    return this.ring.data.toString('latin1', start + 4, start + this.ring.namePrefix(seq, lane));
  }
}
