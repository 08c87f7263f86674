/** Which command's subscription delivered a frame. */
export type FrameKind = 'message' | 'pmessage' | 'smessage';

/**
 * The head of a pub/sub frame: where pattern and channel stand in `bytes`. One object is used for all frames, so that
 * a million messages a second cost no garbage; whoever wants to keep something copies it.
 */
export interface FrameHead {
  kind: FrameKind;
  bytes: Uint8Array;
  /** Equal to `patternEnd` unless the kind is `pmessage`. */
  patternStart: number;
  patternEnd: number;
  channelStart: number;
  channelEnd: number;
  payloadSize: number;
}

/** Takes pub/sub frames as they come off the socket. Bytes handed over are valid during the call only. */
export interface FrameSink {
  /**
   * Offers what was read, from `start` on, where a frame begins: a sink may take whole messages, of heads that it knows, by
   * itself. @returns where the first frame begins that it did not take
   */
  take(bytes: Uint8Array, start: number): number;
  /** A whole message, which begins at `frameStart`; its payload stands in `head.bytes` from `payloadStart` on. */
  frame(head: FrameHead, frameStart: number, payloadStart: number): void;
  /** A message whose payload follows in pieces, through `more` until `finish` or `abandon`. */
  begin(head: FrameHead): void;
  more(bytes: Uint8Array, start: number, end: number): void;
  finish(): void;
  /** The connection ended in the middle of a message. Harmless between messages. */
  abandon(): void;
  /** A message was left out, since its channel name has `nameBytes` bytes, more than {@link nameLimit}. */
  oversized(nameBytes: number): void;
}

/** The longest channel or pattern name that is captured, in bytes. */
export const nameLimit = 65_536;
