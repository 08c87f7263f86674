import type { RingBytes } from './ringBytes';
import type { RingLane } from './ringSource';

/** A message whose payload comes in pieces. */
interface PendingMessage {
  readonly lane: RingLane;
  /** Bytes of the payload as published. */
  readonly size: number;
  /** Where its region begins; -1 as long as it has none. */
  offset: number;
  /** Where its next bytes go. */
  at: number;
  /** Bytes still to be kept. */
  left: number;
}

/** The message that comes in pieces, if one does: it has a region in the ring's memory, and no entry before it is whole. */
export class RingPieces {
  private pending: PendingMessage | undefined;

  constructor(private readonly bytes: RingBytes) {}

  /** Where its region begins; undefined when no message comes, or it has none yet. */
  get offset(): number | undefined {
    const { pending } = this;
    return pending === undefined || pending.offset < 0 ? undefined : pending.offset;
  }

  /** Where its next bytes go; undefined like {@link offset}. */
  get at(): number | undefined {
    return this.offset === undefined ? undefined : this.pending?.at;
  }

  /**
   * A message begins.
   * @param size bytes of its payload as published
   * @param kept bytes of it that are to be kept
   */
  begin(lane: RingLane, size: number, kept: number): void {
    this.pending = { lane, size, offset: -1, at: -1, left: kept };
  }

  /** The region is made now, with `name` bytes before the payload. @returns where it begins */
  reserve(name: number): number {
    const { pending } = this;
    const offset = this.bytes.reserve(name + (pending?.left ?? 0));
    if (pending !== undefined) this.place(pending, offset, name);
    return offset;
  }

  /** The next bytes of the payload, [start, end). */
  more(bytes: Uint8Array, start: number, end: number): void {
    const { pending } = this;
    if (pending === undefined) return;
    if (pending.offset < 0) this.placeWhere(pending, bytes, start);
    const take = Math.min(end - start, pending.left);
    this.bytes.write(bytes, start, start + take, pending.at);
    pending.at += take;
    pending.left -= take;
  }

  /** The payload is whole. @returns what is to become an entry; undefined when no message came */
  finish(): { readonly lane: RingLane; readonly offset: number; readonly size: number } | undefined {
    const { pending } = this;
    this.pending = undefined;
    if (pending === undefined) return undefined;
    const offset = pending.offset < 0 ? this.bytes.reserve(1) : pending.offset;
    return { lane: pending.lane, offset, size: pending.size };
  }

  /** The rest will never come. */
  abandon(): void {
    if (this.offset !== undefined) this.bytes.goOn(this.offset);
    this.pending = undefined;
  }

  /** The ring's memory moved down by so many bytes. */
  moved(bytes: number): void {
    if (this.pending === undefined || this.pending.offset < 0) return;
    this.pending.offset -= bytes;
    this.pending.at -= bytes;
  }

  /** Gives the message its region: where its first bytes are already, if they can stay there. */
  private placeWhere(pending: PendingMessage, bytes: Uint8Array, start: number): void {
    const place = this.bytes.placeOf(bytes) + start;
    const stays = this.bytes.inCircle(place - start) && this.bytes.claim(place, pending.left);
    this.place(pending, stays ? place : this.bytes.reserve(pending.left), 0);
  }

  private place(pending: PendingMessage, offset: number, name: number): void {
    pending.offset = offset;
    pending.at = offset + name;
  }
}
