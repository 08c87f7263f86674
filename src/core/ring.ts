import { KnownHeads } from './knownHeads';
import { type RegionOwner, RingBytes } from './ringBytes';
import { type FrameHead, type FrameKind, type FrameSink, nameLimit } from './ringFrame';
import { RingGaps } from './ringGaps';
import { RingIndex } from './ringIndex';
import { type LaneLimits, RingLanes } from './ringLanes';
import { RingPieces } from './ringPieces';
import type { RingLane, RingSource } from './ringSource';

export interface RingLimits {
  /** Memory for payloads, in bytes; at least 1 MiB. */
  readonly bytes: number;
  /** Entries, in number: messages and gaps. */
  readonly messages: number;
  readonly lanes?: LaneLimits;
}

/** A message out of the ring. Its bytes are the ring's own and valid only until the next message is taken. */
export interface RingMessage {
  readonly seq: number;
  readonly time: number;
  readonly lane: RingLane;
  readonly channel: Buffer;
  /** Payload bytes as published; more than there are in `payload` when it was cut. */
  readonly size: number;
  readonly payload: Buffer;
}

const gapLane = 0xffffffff;
/** The payload that is kept whole at most, as a part of the ring's bytes. */
const largestPart = 4;

/**
 * The newest messages of one connection in the order of their arrival, bounded by bytes and by number. Every entry,
 * message or gap, has a number (`seq`) that is never used again; those from `first` to before `end` are kept.
 */
export class Ring implements FrameSink, RegionOwner {
  first = 0;
  end = 0;
  /** Time that the next frames are given, ms since the epoch; set once for each piece off the socket. */
  now = 0;
  /** Payloads larger than this are cut to it. */
  readonly cutLimit: number;
  readonly lanes: RingLanes;
  readonly gaps = new RingGaps();
  private readonly bytes: RingBytes;
  private readonly heads: KnownHeads;
  private readonly index: RingIndex;
  private readonly pieces: RingPieces;
  /** Where the next region was to begin when the landing was given out. */
  private nextAtLanding = 0;

  constructor(private readonly limits: RingLimits) {
    this.cutLimit = Math.floor(limits.bytes / largestPart);
    this.bytes = new RingBytes(limits.bytes, KnownHeads.bytes, this);
    this.heads = new KnownHeads(this.bytes.memory, this.bytes.spare, this.cutLimit);
    this.pieces = new RingPieces(this.bytes);
    this.index = new RingIndex(limits.messages);
    this.lanes = new RingLanes(() => this.heads.forget(), limits.lanes);
  }

  /** Where to read the next bytes off the socket to, so that they are taken fast. What is there is evicted. */
  landing(): Uint8Array {
    const { bytes } = this;
    // A message with its name may need more room than what was read of it, which was read to that room.
    if (this.lanes.mayOverflow(bytes.behind.length)) return bytes.behind;
    const landing = bytes.landing(this.pieces.at);
    this.nextAtLanding = bytes.next;
    return landing;
  }

  /** Bytes that were read to the landing, or a copy of them if something else took a place there in the meantime. */
  landed(bytes: Uint8Array): Uint8Array {
    const isThere = this.bytes.inCircle(this.bytes.placeOf(bytes));
    return isThere && this.bytes.next !== this.nextAtLanding ? Buffer.from(bytes) : bytes;
  }

  /** Bytes of memory used so far for payloads. */
  get memory(): number {
    return this.bytes.size;
  }

  take(bytes: Uint8Array, start: number): number {
    const { heads } = this;
    const { list } = heads;
    const shift = this.bytes.placeOf(bytes);
    const inCircle = this.bytes.inCircle(shift);
    const end = shift + bytes.length;
    let at = shift + start;
    while (shift >= 0 && heads.knows(at, end)) {
      let next = inCircle ? this.bytes.next : this.bytes.reserve(end - at);
      const count = heads.take(at, end, next, inCircle);
      for (let entry = 0; entry < count * 3; entry += 3) {
        const offset = list[entry + 1] ?? 0;
        const size = list[entry + 2] ?? 0;
        this.append(this.lanes.lane(list[entry] ?? 0), offset, size);
        next = offset + (size || 1);
      }
      this.bytes.goOn(next);
      at = heads.takenTo;
      if (!heads.isFull(count)) break;
    }
    return at - shift;
  }

  frame(head: FrameHead, frameStart: number, payloadStart: number): void {
    const lane = this.lanes.find(head, this.first);
    if (lane === undefined) return;
    const size = head.payloadSize;
    const kept = Math.min(size, this.cutLimit);
    const name = lane.inline ? this.nameSpace(head) : 0;
    // The region may begin where the head is.
    if (!lane.inline) this.remember(head, frameStart, lane);
    const offset = this.bytes.reserve(name + kept || 1);
    if (name > 0) this.writeName(head, offset);
    this.bytes.write(head.bytes, payloadStart, payloadStart + kept, offset + name);
    this.append(lane, offset, size);
  }

  begin(head: FrameHead): void {
    const lane = this.lanes.find(head, this.first);
    if (lane === undefined) return;
    this.pieces.begin(lane, head.payloadSize, Math.min(head.payloadSize, this.cutLimit));
    if (lane.inline) this.writeName(head, this.pieces.reserve(this.nameSpace(head)));
  }

  more(bytes: Uint8Array, start: number, end: number): void {
    this.pieces.more(bytes, start, end);
  }

  finish(): void {
    const whole = this.pieces.finish();
    if (whole !== undefined) this.append(whole.lane, whole.offset, whole.size);
  }

  abandon(): void {
    this.pieces.abandon();
  }

  oversized(nameBytes: number): void {
    this.onOversized?.(nameBytes);
  }

  /** Called when a message was left out for the length of its channel name. */
  onOversized: ((nameBytes: number) => void) | undefined;

  /** Opens a gap as the newest entry. @returns its seq, for {@link gaps} */
  beginGap(from: number, reason: string, sources?: ReadonlySet<RingSource>): number {
    const seq = this.gaps.begin(this.end, { from, reason, ...(sources === undefined ? {} : { sources }) });
    // Entries are evicted in the order of their regions: what comes in pieces now has its place, and will be an entry later.
    if (seq === this.end) this.put(gapLane, this.pieces.offset ?? this.bytes.reserve(1), 0);
    return seq;
  }

  isGap(seq: number): boolean {
    return this.index.lane[seq & this.index.mask] === gapLane;
  }

  /** The lane of a message in the ring; undefined for a gap. */
  laneOf(seq: number): RingLane | undefined {
    const id = this.index.lane[seq & this.index.mask] ?? gapLane;
    return id === gapLane ? undefined : this.lanes.lane(id);
  }

  /** When an entry came, ms since the epoch. */
  timeOf(seq: number): number {
    return this.index.time[seq & this.index.mask] ?? 0;
  }

  /** Where the region of an entry begins in {@link data}: an inline name, if it has one, then its payload. */
  offsetOf(seq: number): number {
    return this.index.offset[seq & this.index.mask] ?? 0;
  }

  /**
   * The entry that holds a place in {@link data}: the last of [begin, end) that begins there or before.
   * @param begin entries from here on ascend in memory; the first of them begins at `offset` or before
   */
  holderOf(offset: number, begin: number, end: number): number {
    let low = begin;
    let high = end;
    // It is often near, so that it pays to look there first.
    for (let step = 1; low + step < high; step *= 2) {
      if (this.offsetOf(low + step) > offset) high = low + step;
      else low += step;
    }
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.offsetOf(middle) > offset) high = middle;
      else low = middle;
    }
    return low;
  }

  /** Payload bytes of an entry that are kept. */
  keptOf(seq: number): number {
    return Math.min(this.index.size[seq & this.index.mask] ?? 0, this.cutLimit);
  }

  /** Where the region of an entry ends in {@link data}. */
  regionEnd(seq: number): number {
    const lane = this.laneOf(seq);
    const prefix = lane === undefined ? 0 : this.namePrefix(seq, lane);
    return this.offsetOf(seq) + prefix + this.keptOf(seq);
  }

  /** The ring's memory. */
  get data(): Buffer {
    return this.bytes.data;
  }

  /** Bytes of the inline name before the payload of an entry of that lane, with its length; 0 for most. */
  namePrefix(seq: number, lane: RingLane): number {
    return lane.inline ? 4 + this.data.readUInt32LE(this.offsetOf(seq)) : 0;
  }

  /** The message with that number, or undefined when it is evicted or a gap. */
  message(seq: number): RingMessage | undefined {
    if (!(seq >= this.first && seq < this.end)) return undefined;
    const lane = this.laneOf(seq);
    if (lane === undefined) return undefined;
    const slot = seq & this.index.mask;
    const prefix = this.namePrefix(seq, lane);
    const offset = this.offsetOf(seq);
    return {
      seq,
      time: this.index.time[slot] ?? 0,
      lane,
      channel: lane.inline ? this.data.subarray(offset + 4, offset + prefix) : lane.channel,
      size: this.index.size[slot] ?? 0,
      payload: this.data.subarray(offset + prefix, offset + prefix + this.keptOf(seq)),
    };
  }

  /** The source of a name, for panels to hold. */
  source(kind: FrameKind, name: Buffer): RingSource {
    return this.lanes.source(kind, name);
  }

  oldestOffset(): number {
    return this.first < this.end ? this.offsetOf(this.first) : -1;
  }

  oldestLength(): number {
    const lane = this.laneOf(this.first);
    if (lane === undefined) return 1;
    return this.namePrefix(this.first, lane) + this.keptOf(this.first) || 1;
  }

  evictOldest(): void {
    const lane = this.laneOf(this.first);
    if (lane === undefined) this.gaps.evict(this.first);
    else lane.source.evicted++;
    this.first++;
  }

  moved(bytes: number): void {
    this.pieces.moved(bytes);
    for (let seq = this.first; seq < this.end; seq++) {
      const slot = seq & this.index.mask;
      this.index.offset[slot] = (this.index.offset[slot] ?? 0) - bytes;
    }
  }

  private append(lane: RingLane, offset: number, size: number): void {
    const { source } = lane;
    source.received++;
    source.receivedBytes += size;
    if (size > this.cutLimit) source.cut++;
    lane.received++;
    lane.receivedBytes += size;
    lane.lastSeq = this.end;
    this.put(lane.id, offset, size);
  }

  private put(lane: number, offset: number, size: number): void {
    const { index } = this;
    if (this.end - this.first >= this.limits.messages) this.evictOldest();
    else if (this.end - this.first > index.mask) index.grow(this.first, this.end);
    const slot = this.end & index.mask;
    index.time[slot] = this.now;
    index.offset[slot] = offset;
    index.size[slot] = size;
    index.lane[slot] = lane;
    this.end++;
  }

  /** The next messages with this head are taken the fast way. */
  private remember(head: FrameHead, frameStart: number, lane: RingLane): void {
    const shift = this.bytes.placeOf(head.bytes);
    if (shift < 0) return;
    // CR LF and `$` follow the channel.
    this.heads.remember(shift + frameStart, shift + head.channelEnd + 3, lane.id);
  }

  private nameSpace(head: FrameHead): number {
    return 4 + Math.min(head.channelEnd - head.channelStart, nameLimit);
  }

  private writeName(head: FrameHead, offset: number): void {
    const name = head.bytes.subarray(head.channelStart, head.channelEnd);
    this.data.writeUInt32LE(name.length, offset);
    this.data.set(name, offset + 4);
  }
}
