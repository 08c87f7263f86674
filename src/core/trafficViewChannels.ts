import type { ChannelRate, TrafficOverlap, TrafficTrends } from '../protocol/traffic';
import { displayName } from './displayText';
import { fromBytes } from './messageValue';
import type { Ring } from './ring';
import type { RingLane, RingSource } from './ringSource';

/** So many channels have a place, and with it a colour, at one time. */
const placeCount = 50;
/** A channel without a place takes that of another only when it is so many times as busy. */
const takeOverFactor = 2;
/** So many channels are named that come through several subscriptions. */
const overlapLimit = 3;
/** Seconds that a trend goes back. */
const trendSeconds = 30;

interface Place {
  readonly key: string;
  readonly name: string;
  readonly channel: Buffer;
  rate: number;
  byteRate: number;
  total: number;
  readonly trend: number[];
}

/**
 * The channels of a view with their rates: the busiest, in order of first sight, each keeping its place for as long as
 * it can. A channel that arrives through several subscriptions is one.
 */
export class TrafficViewChannels {
  private readonly places: Place[] = [];
  private readonly placeOf = new Map<string, number>();
  private base = new Map<RingLane, number>();
  private readonly trend: number[] = [];
  /** Channels whose messages came through several subscriptions, each of which delivers them once more. */
  overlaps: readonly TrafficOverlap[] = [];
  /** Channels that messages came through. Those whose messages carry their names themselves are not told apart. */
  count = 0;
  /** Grows with every change of the trends. */
  trendVersion = 0;

  constructor(
    private readonly ring: Ring,
    private readonly sources: ReadonlySet<RingSource>,
  ) {
    this.clear();
  }

  /** Counts from here on. */
  clear(): void {
    this.base = new Map();
    for (const lane of this.ring.lanes.all()) {
      if (this.sources.has(lane.source)) this.base.set(lane, lane.received);
    }
    this.places.length = 0;
    this.placeOf.clear();
    this.trend.length = 0;
    this.overlaps = [];
    this.count = 0;
    this.trendVersion++;
  }

  /** The place of a message's channel, given to it if one is free; -1 when it has none. */
  place(lane: RingLane): number {
    if (lane.inline) return -1;
    const key = lane.channel.toString('latin1');
    const known = this.placeOf.get(key);
    if (known !== undefined) return known;
    if (this.places.length >= placeCount) return -1;
    this.placeOf.set(key, this.places.length);
    this.places.push({ ...this.newPlace(lane), rate: 0, byteRate: 0 });
    return this.places.length - 1;
  }

  /** Reads rates and totals anew, after a tick of the ring's meter, of which there is one a second. */
  update(): void {
    for (const place of this.places) {
      place.rate = 0;
      place.byteRate = 0;
      place.total = 0;
    }
    const others = new Map<string, { lane: RingLane; rate: number }>();
    const ways = new Map<string, RingLane[]>();
    let lanes = 0;
    for (const lane of this.ring.lanes.all()) {
      if (!this.sources.has(lane.source)) continue;
      const total = lane.received - this.baseOf(lane);
      if (total <= 0) continue;
      if (!lane.inline) lanes++;
      if (!lane.inline && this.sources.size > 1) addWay(ways, lane);
      const place = this.places[this.place(lane)];
      if (place !== undefined) {
        place.rate += lane.rate;
        place.byteRate += lane.byteRate;
        place.total += total;
      } else if (lane.rate > 0 && !lane.inline) {
        const key = lane.channel.toString('latin1');
        others.set(key, { lane, rate: (others.get(key)?.rate ?? 0) + lane.rate });
      }
    }
    for (const { lane, rate } of others.values()) this.takeOver(lane, rate);
    this.count = this.sources.size > 1 ? ways.size : lanes;
    this.overlaps = [...ways.values()]
      .filter((lanes) => lanes.length > 1)
      .slice(0, overlapLimit)
      .map((lanes) => this.overlapOf(lanes));
    this.noteTrends();
  }

  list(): readonly ChannelRate[] {
    return this.places.map(({ name, channel, rate, byteRate, total }) => ({
      name,
      channel: fromBytes(channel),
      rate,
      byteRate,
      total,
    }));
  }

  trends(): TrafficTrends {
    return { all: [...this.trend], channels: this.places.map(({ trend }) => [...trend]) };
  }

  private noteTrends(): void {
    let all = 0;
    for (const source of this.sources) all += source.rate;
    if (all === 0 && this.trend.every((rate) => rate === 0)) return;
    note(this.trend, all);
    for (const place of this.places) {
      while (place.trend.length < this.trend.length - 1) place.trend.unshift(0);
      note(place.trend, place.rate);
    }
    this.trendVersion++;
  }

  private overlapOf(lanes: readonly RingLane[]): TrafficOverlap {
    const through = new Set(lanes.map(({ source }) => source));
    return {
      channel: displayName(lanes[0]?.channel ?? Buffer.alloc(0)),
      subscriptions: [...this.sources]
        .filter((source) => through.has(source))
        .map(({ name }) => displayName(name)),
    };
  }

  private newPlace(lane: RingLane): Place {
    return {
      key: lane.channel.toString('latin1'),
      name: displayName(lane.channel),
      channel: lane.channel,
      rate: lane.rate,
      byteRate: lane.byteRate,
      total: lane.received - this.baseOf(lane),
      trend: [],
    };
  }

  private takeOver(lane: RingLane, rate: number): void {
    let idlest = 0;
    this.places.forEach((place, at) => {
      if (place.rate < (this.places[idlest]?.rate ?? 0)) idlest = at;
    });
    const old = this.places[idlest];
    if (old === undefined || rate <= old.rate * takeOverFactor) return;
    this.placeOf.delete(old.key);
    const key = lane.channel.toString('latin1');
    this.placeOf.set(key, idlest);
    this.places[idlest] = { ...this.newPlace(lane), rate };
  }

  private baseOf(lane: RingLane): number {
    return this.base.get(lane) ?? 0;
  }
}

function addWay(ways: Map<string, RingLane[]>, lane: RingLane): void {
  const key = lane.channel.toString('latin1');
  const known = ways.get(key);
  if (known === undefined) ways.set(key, [lane]);
  else known.push(lane);
}

function note(trend: number[], rate: number): void {
  trend.push(Math.round(rate));
  if (trend.length > trendSeconds) trend.shift();
}
