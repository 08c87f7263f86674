import { ProtocolError } from './protocolError';

const textLineLimit = 65_536;
const numberLineLimit = 24;
const depthLimit = 16;
const elementLimit = 100_000;

const lf = 0x0a;
const cr = 0x0d;
const minus = 0x2d;

/** First bytes of RESP2 and RESP3 values: whether they hold a line, a length with bytes, or elements. */
const kinds = new Map<number, 'line' | 'bytes' | 'elements' | 'pairs' | 'attribute'>(
  [
    ['+', 'line'],
    ['-', 'line'],
    [':', 'line'],
    [',', 'line'],
    ['#', 'line'],
    ['_', 'line'],
    ['(', 'line'],
    ['$', 'bytes'],
    ['=', 'bytes'],
    ['!', 'bytes'],
    ['*', 'elements'],
    ['~', 'elements'],
    ['>', 'elements'],
    ['%', 'pairs'],
    ['|', 'attribute'],
  ].map(([sign, kind]) => [String(sign).charCodeAt(0), kind as 'line']),
);

/**
 * Finds the end of one reply that is no message, however it is split, and refuses what a sane server never sends,
 * before any of it reaches the client: endless lines, huge or deeply nested replies.
 */
export class FrameReply {
  private kind: 'line' | 'bytes' | 'elements' | 'pairs' | 'attribute' | undefined;
  private value = 0;
  private negative = false;
  private lineLength = 0;
  private sawCr = false;
  private bulkLeft = 0;
  private taken = 0;
  /** Elements still to come, for each level. */
  private readonly open: number[] = [];

  /** @param limit bytes that a reply may have */
  constructor(private readonly limit: number) {}

  /** Whether no reply has begun, or the last one is complete. */
  idle = true;

  /**
   * Takes bytes from `at` on.
   * @returns the index behind the reply's last byte, or the chunk's length; {@link idle} tells which
   * @throws {ProtocolError}
   */
  take(bytes: Uint8Array, start: number): number {
    this.idle = false;
    let at = start;
    while (at < bytes.length) {
      if (this.bulkLeft > 0) {
        const take = Math.min(this.bulkLeft, bytes.length - at);
        at += take;
        this.bulkLeft -= take;
        if (this.bulkLeft === 0) this.valueEnded();
      } else {
        this.takeByte(bytes[at++] ?? 0);
      }
      if (this.idle) {
        this.taken = 0;
        return at;
      }
    }
    this.taken += at - start;
    if (this.taken > this.limit) throw new ProtocolError('a reply beyond all bounds');
    return at;
  }

  private takeByte(byte: number): void {
    if (this.kind === undefined) {
      this.kind = kinds.get(byte);
      if (this.kind === undefined) throw new ProtocolError(`a value that begins with byte ${byte}`);
      this.value = 0;
      this.negative = false;
      this.lineLength = 0;
      this.sawCr = false;
      return;
    }
    if (byte === lf && this.sawCr) {
      this.lineEnded(this.kind);
      return;
    }
    if (this.sawCr || byte === lf) throw new ProtocolError('a line that does not end with CR LF');
    if (byte === cr) {
      this.sawCr = true;
      return;
    }
    this.lineLength++;
    if (this.lineLength > (this.kind === 'line' ? textLineLimit : numberLineLimit)) {
      throw new ProtocolError('an endless line');
    }
    if (this.kind !== 'line') this.takeDigit(byte);
  }

  private takeDigit(byte: number): void {
    if (byte === minus && this.lineLength === 1) {
      this.negative = true;
      return;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) throw new ProtocolError('a length that is no number');
    this.value = this.value * 10 + digit;
  }

  private lineEnded(kind: 'line' | 'bytes' | 'elements' | 'pairs' | 'attribute'): void {
    this.kind = undefined;
    if (kind === 'line') {
      this.valueEnded();
      return;
    }
    if (this.lineLength === 0) throw new ProtocolError('a length without digits');
    if (this.negative) {
      if (this.value !== 1) throw new ProtocolError('a negative length');
      this.valueEnded();
      return;
    }
    if (kind === 'bytes') {
      if (this.value > this.limit) throw new ProtocolError('a reply beyond all bounds');
      this.bulkLeft = this.value + 2;
      return;
    }
    // An attribute stands before the value that it belongs to.
    const elements = kind === 'elements' ? this.value : this.value * 2 + (kind === 'attribute' ? 1 : 0);
    if (elements > elementLimit) throw new ProtocolError('a reply beyond all bounds');
    if (elements === 0) {
      this.valueEnded();
      return;
    }
    if (this.open.length >= depthLimit) throw new ProtocolError('a reply nested too deeply');
    this.open.push(elements);
  }

  private valueEnded(): void {
    for (;;) {
      const left = this.open.pop();
      if (left === undefined) {
        this.idle = true;
        return;
      }
      if (left > 1) {
        this.open.push(left - 1);
        return;
      }
    }
  }
}
