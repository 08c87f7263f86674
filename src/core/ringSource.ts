import type { FrameKind } from './ringFrame';

/**
 * One subscription (channel, pattern or shard channel) that feeds a ring, with what came through it so far. It lives
 * as long as its ring, so that the counts of a name go on when a panel leaves and another comes.
 */
export interface RingSource {
  readonly kind: FrameKind;
  readonly name: Buffer;
  /** Whether a panel holds it now. Frames of a source that none holds are late, and are not taken. */
  held: boolean;
  received: number;
  receivedBytes: number;
  /** How many of its first messages have left the ring. */
  evicted: number;
  cut: number;
  /** Per second, as of the last {@link RateMeter} tick. */
  rate: number;
  byteRate: number;
}

/** Messages that share source and channel. For a pattern there is one lane for each channel it matched. */
export interface RingLane {
  readonly id: number;
  readonly source: RingSource;
  /** The channel's name; empty when `inline`. */
  readonly channel: Buffer;
  /** Where true, each message carries its own channel name, since too many names are known already. */
  readonly inline: boolean;
  received: number;
  receivedBytes: number;
  /** The newest message of this lane. */
  lastSeq: number;
  /** Per second, as of the last {@link RateMeter} tick. */
  rate: number;
  byteRate: number;
}

/** The text under which a source is known: kind and name, byte for byte. */
export function sourceKey(kind: FrameKind, name: Buffer): string {
  return `${kind} ${name.toString('latin1')}`;
}
