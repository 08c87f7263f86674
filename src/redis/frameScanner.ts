import { type FrameHead, type FrameSink, nameLimit } from '../core/ringFrame';
import { FrameReply } from './frameReply';
import { ProtocolError } from './protocolError';

const lf = 0x0a;
const cr = 0x0d;
const dollar = 0x24;
const asterisk = 0x2a;
const greater = 0x3e;

/** A length line of more digits is refused, whatever it would amount to. */
const digitLimit = 11;
const largestPayload = 0xffffffff;
/** No answer to what a subscriber asks is larger than this, in bytes. */
const replyLimit = 16_777_216;

/** What follows the first byte (`*` in RESP2, `>` in RESP3) of each kind of message. */
const signatures = [
  { kind: 'message', bytes: Buffer.from('3\r\n$7\r\nmessage\r\n') },
  { kind: 'pmessage', bytes: Buffer.from('4\r\n$8\r\npmessage\r\n') },
  { kind: 'smessage', bytes: Buffer.from('3\r\n$8\r\nsmessage\r\n') },
] as const;

/** Answers of `parseHead` besides the end of a head and, negated, the number of bytes it lacks at least. */
const isReply = 0;
const isOversized = Number.NEGATIVE_INFINITY;

/**
 * Splits what a subscribed connection receives into pub/sub messages, which go to a sink as bytes, and everything
 * else, which is handed on byte for byte and in order. Takes chunks that are split anywhere, and keeps no more of
 * them than the head of one message. Understands RESP2 and RESP3
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/, Pub/sub).
 */
export class FrameScanner {
  /** Bytes of a head that was not complete in its chunk. */
  private carry = Buffer.alloc(256);
  private carried = 0;
  private lacking = 0;
  private state: 'head' | 'payload' | 'tail' | 'reply' | 'skip' = 'head';
  /** Bytes still to come of the payload, or of its CR LF. */
  private left = 0;
  private bulkLength = 0;
  private oversizedName = 0;
  private readonly reply = new FrameReply(replyLimit);
  private readonly skipped = new FrameReply(Number.POSITIVE_INFINITY);
  private readonly head: FrameHead = {
    kind: 'message',
    bytes: this.carry,
    patternStart: 0,
    patternEnd: 0,
    channelStart: 0,
    channelEnd: 0,
    payloadSize: 0,
  };

  /**
   * @param pass takes what is no message; its argument is valid during the call only
   */
  constructor(
    private readonly sink: FrameSink,
    private readonly pass: (bytes: Uint8Array) => void,
  ) {}

  /** Whether all bytes so far made whole frames. */
  get idle(): boolean {
    return this.state === 'head' && this.carried === 0;
  }

  /** @throws {ProtocolError} when the peer is no Redis; nothing must be pushed after it. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      switch (this.state) {
        case 'head':
          at = this.carried > 0 ? this.continueHead(chunk, at) : this.takeFrames(chunk, at);
          break;
        case 'payload':
          at = this.takePayload(chunk, at);
          break;
        case 'tail':
          at = this.takeTail(chunk, at);
          break;
        case 'reply':
        case 'skip':
          at = this.takeReply(chunk, at);
          break;
      }
    }
  }

  /** The connection has ended: what is incomplete will never be completed. */
  end(): void {
    this.sink.abandon();
  }

  /** Takes whole messages for as long as there are any. */
  private takeFrames(chunk: Uint8Array, start: number): number {
    const { head, sink } = this;
    let at = sink.take(chunk, start);
    while (at < chunk.length) {
      const headEnd = this.parseHead(chunk, at, chunk.length);
      if (headEnd <= 0) return this.unfinishedHead(chunk, at, headEnd);
      head.bytes = chunk;
      const payloadEnd = headEnd + head.payloadSize;
      if (payloadEnd + 2 > chunk.length) {
        this.beginPayload();
        return headEnd;
      }
      if (chunk[payloadEnd] !== cr || chunk[payloadEnd + 1] !== lf) {
        throw new ProtocolError('a payload longer than announced');
      }
      sink.frame(head, at, headEnd);
      at = sink.take(chunk, payloadEnd + 2);
    }
    return at;
  }

  private unfinishedHead(chunk: Uint8Array, at: number, answer: number): number {
    if (answer === isReply) {
      this.state = 'reply';
      return at;
    }
    if (answer === isOversized) {
      this.state = 'skip';
      return at;
    }
    this.hold(chunk, at, chunk.length);
    this.lacking = -answer;
    return chunk.length;
  }

  /** Adds to the head that was split only what it lacks, so that nothing behind it is ever held. */
  private continueHead(chunk: Uint8Array, start: number): number {
    const take = Math.min(this.lacking, chunk.length - start);
    this.hold(chunk, start, start + take);
    this.lacking -= take;
    if (this.lacking > 0) return start + take;
    const answer = this.parseHead(this.carry, 0, this.carried);
    if (answer > 0) {
      this.head.bytes = this.carry;
      this.carried = 0;
      this.beginPayload();
    } else if (answer === isReply || answer === isOversized) {
      this.state = answer === isReply ? 'reply' : 'skip';
      const held = this.carry.subarray(0, this.carried);
      this.carried = 0;
      // What was held is a head at most, so that no reply ends in it.
      this.takeReply(held, 0);
    } else {
      this.lacking = -answer;
    }
    return start + take;
  }

  private hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.carried + end - start;
    if (length > this.carry.length) {
      const larger = Buffer.alloc(Math.max(length, this.carry.length * 2));
      this.carry.copy(larger, 0, 0, this.carried);
      this.carry = larger;
    }
    this.carry.set(chunk.subarray(start, end), this.carried);
    this.carried = length;
  }

  private beginPayload(): void {
    this.sink.begin(this.head);
    this.left = this.head.payloadSize;
    this.state = 'payload';
  }

  private takePayload(chunk: Uint8Array, at: number): number {
    const end = Math.min(at + this.left, chunk.length);
    if (end > at) this.sink.more(chunk, at, end);
    this.left -= end - at;
    if (this.left === 0) {
      this.state = 'tail';
      this.left = 2;
    }
    return end;
  }

  private takeTail(chunk: Uint8Array, at: number): number {
    if (chunk[at] !== (this.left === 2 ? cr : lf)) throw new ProtocolError('a payload longer than announced');
    this.left--;
    if (this.left === 0) {
      this.state = 'head';
      this.sink.finish();
    }
    return at + 1;
  }

  private takeReply(chunk: Uint8Array, at: number): number {
    if (this.state === 'skip') {
      const end = this.skipped.take(chunk, at);
      if (this.skipped.idle) {
        this.state = 'head';
        this.sink.oversized(this.oversizedName);
      }
      return end;
    }
    const end = this.reply.take(chunk, at);
    if (this.reply.idle) this.state = 'head';
    this.pass(chunk.subarray(at, end));
    return end;
  }

  /**
   * Reads the head of a message into `this.head`.
   * @returns where its payload begins, {@link isReply}, {@link isOversized}, or minus the number of bytes lacking
   */
  private parseHead(bytes: Uint8Array, start: number, end: number): number {
    const lead = bytes[start];
    if (lead !== asterisk && lead !== greater) return isReply;
    const { head } = this;
    let at = this.parseSignature(bytes, start + 1, end);
    if (at <= 0) return at;
    if (head.kind === 'pmessage') {
      at = this.parseBulk(bytes, at, end);
      if (at === 0) return -1;
      if (this.bulkLength > nameLimit) return this.refuseName();
      head.patternStart = at;
      at += this.bulkLength;
      head.patternEnd = at;
      at = checkLineEnd(bytes, at, end);
      if (at <= 0) return at;
    }
    at = this.parseBulk(bytes, at, end);
    if (at === 0) return -1;
    if (this.bulkLength > nameLimit) return this.refuseName();
    head.channelStart = at;
    at += this.bulkLength;
    head.channelEnd = at;
    at = checkLineEnd(bytes, at, end);
    if (at <= 0) return at;
    at = this.parseBulk(bytes, at, end);
    if (at === 0) return -1;
    head.payloadSize = this.bulkLength;
    if (head.kind !== 'pmessage') {
      head.patternStart = head.channelStart;
      head.patternEnd = head.channelStart;
    }
    return at;
  }

  private refuseName(): number {
    this.oversizedName = this.bulkLength;
    return isOversized;
  }

  /** @returns the index behind the signature, {@link isReply}, or minus the number of bytes lacking */
  private parseSignature(bytes: Uint8Array, start: number, end: number): number {
    const first = bytes[start];
    const signature =
      first === 0x34 ? signatures[1] : bytes[start + 4] === 0x38 ? signatures[2] : signatures[0];
    const length = signature.bytes.length;
    const known = Math.min(length, end - start);
    for (let at = 0; at < known; at++) if (bytes[start + at] !== signature.bytes[at]) return isReply;
    if (known === 0) return -1;
    // Which of both kinds of three elements it is, the byte at 4 decides. More is never asked for than any value that
    // begins like this has, so that no other reply is ever held behind it.
    if (known < length) return known < 5 ? known - 5 : known - length;
    this.head.kind = signature.kind;
    return start + length;
  }

  /** Reads `$<length>` into `bulkLength`. @returns the index behind its CR LF, or 0 when it is not complete */
  private parseBulk(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end) return 0;
    if (bytes[start] !== dollar) throw new ProtocolError('a message with an element that is no string');
    let value = 0;
    let at = start + 1;
    for (; ; at++) {
      if (at - start > digitLimit) throw new ProtocolError('an endless line');
      if (at >= end) return 0;
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === start + 1 || bytes[at] !== cr) throw new ProtocolError('a length that is no number');
    if (value > largestPayload) throw new ProtocolError('a length beyond all bounds');
    if (at + 1 >= end) return 0;
    if (bytes[at + 1] !== lf) throw new ProtocolError('a line that does not end with CR LF');
    this.bulkLength = value;
    return at + 2;
  }
}

/** @returns the index behind CR LF at `at`, or minus the number of bytes lacking */
function checkLineEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return -(at + 2 - end);
  if (bytes[at] !== cr || bytes[at + 1] !== lf) throw new ProtocolError('a name longer than announced');
  return at + 2;
}
