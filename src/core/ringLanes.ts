import type { FrameHead, FrameKind } from './ringFrame';
import { type RingLane, type RingSource, sourceKey } from './ringSource';

interface KnownLane extends RingLane {
  /** The bytes by which a frame is recognised: the channel, or pattern through channel as they stand on the wire. */
  readonly key: Uint8Array;
  readonly hash: number;
}

export interface LaneLimits {
  readonly lanes: number;
  readonly keyBytes: number;
}

const defaultLimits: LaneLimits = { lanes: 65_536, keyBytes: 8_388_608 };
/** No message has fewer bytes. */
const shortestFrame = 24;
/** A vain sweep is not repeated before so many more unknown names have come. */
const sweepEvery = 8_192;

/**
 * Finds source and channel of a frame by the bytes of its head, without making a string of them. Bounded: when more
 * channels are alive than fit, the messages of further ones carry their names themselves.
 */
export class RingLanes {
  readonly sources = new Map<string, RingSource>();
  private readonly lanes: (KnownLane | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly overflow = new Map<RingSource, KnownLane>();
  private slots = new Int32Array(256).fill(-1);
  private count = 0;
  private keyBytes = 0;
  private last: KnownLane | undefined;
  private missesUntilSweep = 0;

  /** @param onForget called when what was known of names no longer holds: before ids are given anew, or a source is dropped */
  constructor(
    private readonly onForget: () => void,
    private readonly limits: LaneLimits = defaultLimits,
  ) {}

  /** The source of a name, made when it is new. */
  source(kind: FrameKind, name: Buffer): RingSource {
    const key = sourceKey(kind, name);
    const known = this.sources.get(key);
    if (known !== undefined) return known;
    const source: RingSource = {
      kind,
      name: Buffer.from(name),
      held: false,
      received: 0,
      receivedBytes: 0,
      evicted: 0,
      cut: 0,
      rate: 0,
      byteRate: 0,
    };
    this.sources.set(key, source);
    return source;
  }

  /** Frames of these are no longer taken. */
  drop(source: RingSource): void {
    source.held = false;
    this.onForget();
  }

  /** Whether messages in so many bytes can bring more names than can be remembered. */
  mayOverflow(bytes: number): boolean {
    return (
      this.count + bytes / shortestFrame > this.limits.lanes || this.keyBytes + bytes > this.limits.keyBytes
    );
  }

  /** The lane with that id; it is that of the entries that carry it for as long as they are in the ring. */
  lane(id: number): RingLane {
    const lane = this.lanes[id];
    if (lane === undefined) throw new RangeError(`no lane ${id}`);
    return lane;
  }

  /** All lanes that are known now. */
  *all(): IterableIterator<RingLane> {
    for (const lane of this.lanes) if (lane !== undefined) yield lane;
  }

  /**
   * The lane of a frame, or undefined when no panel holds a subscription that delivers it.
   * @param oldestSeq the oldest entry of the ring; lanes with none left can be forgotten
   */
  find(head: FrameHead, oldestSeq: number): RingLane | undefined {
    const start = head.kind === 'pmessage' ? head.patternStart : head.channelStart;
    let lane = this.last;
    if (lane === undefined || !isLane(lane, head, start)) lane = this.lookUp(head, start, oldestSeq);
    if (lane === undefined || !lane.source.held) return undefined;
    this.last = lane.inline ? undefined : lane;
    return lane;
  }

  private lookUp(head: FrameHead, start: number, oldestSeq: number): KnownLane | undefined {
    const hash = hashOf(head, start);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.slots[slot] ?? -1;
      if (id < 0) return this.add(head, start, hash, oldestSeq);
      const lane = this.lanes[id];
      if (lane !== undefined && lane.hash === hash && isLane(lane, head, start)) return lane;
    }
  }

  private add(head: FrameHead, start: number, hash: number, oldestSeq: number): KnownLane | undefined {
    const bytes = Buffer.from(head.bytes.buffer, head.bytes.byteOffset, head.bytes.byteLength);
    const nameStart = head.kind === 'pmessage' ? head.patternStart : head.channelStart;
    const nameEnd = head.kind === 'pmessage' ? head.patternEnd : head.channelEnd;
    const source = this.sources.get(sourceKey(head.kind, bytes.subarray(nameStart, nameEnd)));
    if (source === undefined) return undefined;
    const length = head.channelEnd - start;
    if (this.isFull(length)) this.sweep(oldestSeq);
    // A name that was subscribed to by itself always has its lane; their number is the user's own.
    if (head.kind === 'pmessage' && this.isFull(length)) return this.overflowLane(source);
    const lane = this.put(
      source,
      Buffer.from(bytes.subarray(start, head.channelEnd)),
      Buffer.from(bytes.subarray(head.channelStart, head.channelEnd)),
      hash,
      false,
    );
    this.keyBytes += length;
    this.count++;
    if (this.count * 2 > this.slots.length) this.rehash(this.slots.length * 2);
    else this.insert(lane);
    return lane;
  }

  private isFull(length: number): boolean {
    return this.count >= this.limits.lanes || this.keyBytes + length > this.limits.keyBytes;
  }

  private overflowLane(source: RingSource): KnownLane {
    let lane = this.overflow.get(source);
    if (lane === undefined) {
      lane = this.put(source, new Uint8Array(0), Buffer.alloc(0), 0, true);
      this.overflow.set(source, lane);
    }
    return lane;
  }

  private put(
    source: RingSource,
    key: Uint8Array,
    channel: Buffer,
    hash: number,
    inline: boolean,
  ): KnownLane {
    const id = this.free.pop() ?? this.lanes.length;
    const counts = { received: 0, receivedBytes: 0, lastSeq: -1, rate: 0, byteRate: 0 };
    const lane = { id, source, channel, inline, key, hash, ...counts };
    this.lanes[id] = lane;
    return lane;
  }

  private insert(lane: KnownLane): void {
    const mask = this.slots.length - 1;
    let slot = lane.hash & mask;
    while ((this.slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = lane.id;
  }

  private rehash(size: number): void {
    this.slots = new Int32Array(size).fill(-1);
    for (const lane of this.lanes) if (lane !== undefined && !lane.inline) this.insert(lane);
  }

  /** Forgets lanes of patterns whose messages have all left the ring. */
  private sweep(oldestSeq: number): void {
    if (this.missesUntilSweep-- > 0) return;
    this.missesUntilSweep = sweepEvery;
    for (const lane of this.lanes) {
      if (lane === undefined || lane.inline || lane.source.kind !== 'pmessage') continue;
      if (lane.lastSeq >= oldestSeq) continue;
      this.lanes[lane.id] = undefined;
      this.free.push(lane.id);
      this.count--;
      this.keyBytes -= lane.key.length;
    }
    this.last = undefined;
    this.onForget();
    this.rehash(this.slots.length);
  }
}

function hashOf(head: FrameHead, start: number): number {
  const { bytes, channelEnd } = head;
  let hash = head.kind === 'message' ? 17 : head.kind === 'pmessage' ? 19 : 23;
  for (let at = start; at < channelEnd; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function isLane(lane: KnownLane, head: FrameHead, start: number): boolean {
  const { key } = lane;
  const { bytes } = head;
  if (lane.source.kind !== head.kind || key.length !== head.channelEnd - start) return false;
  // From the end, where names of one family differ.
  for (let at = key.length - 1; at >= 0; at--) if (key[at] !== bytes[start + at]) return false;
  return true;
}
