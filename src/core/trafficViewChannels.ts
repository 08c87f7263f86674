import { displayBytes } from './displayText';
import type { Ring } from './ring';
import type { RingLane, RingSource } from './ringSource';

/** So many channels have a place, and with it a colour, at one time. */
const placeCount = 50;
/** A channel without a place takes that of another only when it is so many times as busy. */
const takeOverFactor = 2;

interface Place {
  readonly key: string;
  readonly name: string;
  rate: number;
  total: number;
}

export interface ChannelPlace {
  readonly name: string;
  readonly rate: number;
  readonly total: number;
}

/**
 * The channels of a view with their rates: the busiest, in order of first sight, each keeping its place for as long as
 * it can. A channel that arrives through several subscriptions is one.
 */
export class TrafficViewChannels {
  private readonly places: Place[] = [];
  private readonly placeOf = new Map<string, number>();
  private base = new Map<RingLane, number>();

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
  }

  /** The place of a message's channel, given to it if one is free; -1 when it has none. */
  place(lane: RingLane): number {
    if (lane.inline) return -1;
    const key = lane.channel.toString('latin1');
    const known = this.placeOf.get(key);
    if (known !== undefined) return known;
    if (this.places.length >= placeCount) return -1;
    this.placeOf.set(key, this.places.length);
    this.places.push({
      key,
      name: displayBytes(lane.channel),
      rate: 0,
      total: lane.received - this.baseOf(lane),
    });
    return this.places.length - 1;
  }

  /** Reads rates and totals anew, after a tick of the ring's meter. */
  update(): void {
    for (const place of this.places) {
      place.rate = 0;
      place.total = 0;
    }
    const others = new Map<string, { lane: RingLane; rate: number }>();
    for (const lane of this.ring.lanes.all()) {
      if (!this.sources.has(lane.source)) continue;
      const total = lane.received - this.baseOf(lane);
      if (total <= 0) continue;
      const place = this.places[this.place(lane)];
      if (place !== undefined) {
        place.rate += lane.rate;
        place.total += total;
      } else if (lane.rate > 0 && !lane.inline) {
        const key = lane.channel.toString('latin1');
        others.set(key, { lane, rate: (others.get(key)?.rate ?? 0) + lane.rate });
      }
    }
    for (const { lane, rate } of others.values()) this.takeOver(lane, rate);
  }

  list(): readonly ChannelPlace[] {
    return this.places.map(({ name, rate, total }) => ({ name, rate, total }));
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
    const total = lane.received - this.baseOf(lane);
    this.places[idlest] = { key, name: displayBytes(lane.channel), rate, total };
  }

  private baseOf(lane: RingLane): number {
    return this.base.get(lane) ?? 0;
  }
}
