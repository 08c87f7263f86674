import type { FrameHead, FrameKind, FrameSink } from '../../../src/core/ringFrame';

/** A pub/sub message as a test writes and reads it. */
export interface WireMessage {
  readonly kind: FrameKind;
  readonly pattern: Buffer;
  readonly channel: Buffer;
  readonly payload: Buffer;
}

function bulk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** A message as Redis sends it; `lead` is `*` in RESP2 and `>` in RESP3. */
export function encodeMessage(message: WireMessage, lead: '*' | '>' = '*'): Buffer {
  const { kind, pattern, channel, payload } = message;
  const names = kind === 'pmessage' ? [pattern, channel] : [channel];
  const parts = [Buffer.from(kind), ...names, payload].map(bulk);
  return Buffer.concat([Buffer.from(`${lead}${parts.length}\r\n`), ...parts]);
}

/** A plain message with text. */
export function textMessage(channel: string, payload: string): WireMessage {
  return {
    kind: 'message',
    pattern: Buffer.alloc(0),
    channel: Buffer.from(channel),
    payload: Buffer.from(payload),
  };
}

/** A message that came through a pattern. */
export function patternMessage(pattern: string, channel: string, payload: string): WireMessage {
  return { ...textMessage(channel, payload), kind: 'pmessage', pattern: Buffer.from(pattern) };
}

/** Keeps every message that it is given, whole. */
export class CollectingSink implements FrameSink {
  readonly messages: WireMessage[] = [];
  readonly leftOut: number[] = [];
  now = 0;
  private open: { message: Omit<WireMessage, 'payload'>; pieces: Buffer[] } | undefined;

  take(_bytes: Uint8Array, start: number): number {
    return start;
  }

  frame(head: FrameHead, _frameStart: number, payloadStart: number): void {
    const payload = Buffer.from(head.bytes.subarray(payloadStart, payloadStart + head.payloadSize));
    this.messages.push({ ...namesOf(head), payload });
  }

  begin(head: FrameHead): void {
    this.open = { message: namesOf(head), pieces: [] };
  }

  more(bytes: Uint8Array, start: number, end: number): void {
    this.open?.pieces.push(Buffer.from(bytes.subarray(start, end)));
  }

  finish(): void {
    if (this.open === undefined) throw new Error('finish without begin');
    this.messages.push({ ...this.open.message, payload: Buffer.concat(this.open.pieces) });
    this.open = undefined;
  }

  abandon(): void {
    this.open = undefined;
  }

  oversized(nameBytes: number): void {
    this.leftOut.push(nameBytes);
  }
}

function namesOf(head: FrameHead): Omit<WireMessage, 'payload'> {
  return {
    kind: head.kind,
    pattern: Buffer.from(head.bytes.subarray(head.patternStart, head.patternEnd)),
    channel: Buffer.from(head.bytes.subarray(head.channelStart, head.channelEnd)),
  };
}

/** Hands a sink one whole message, as the scanner does; out of `landing` if it is given and large enough. */
export function feed(sink: FrameSink, message: WireMessage, landing?: Uint8Array): void {
  const encoded = encodeMessage(message);
  const lands = landing !== undefined && encoded.length <= landing.length;
  if (lands) landing.set(encoded);
  const bytes = lands ? landing.subarray(0, encoded.length) : encoded;
  const payloadStart = bytes.length - 2 - message.payload.length;
  const channelEnd = payloadStart - `\r\n$${message.payload.length}\r\n`.length;
  const channelStart = channelEnd - message.channel.length;
  const isPattern = message.kind === 'pmessage';
  const patternEnd = isPattern ? channelStart - `\r\n$${message.channel.length}\r\n`.length : channelStart;
  sink.frame(
    {
      kind: message.kind,
      bytes,
      patternStart: isPattern ? patternEnd - message.pattern.length : channelStart,
      patternEnd,
      channelStart,
      channelEnd,
      payloadSize: message.payload.length,
    },
    0,
    payloadStart,
  );
}
