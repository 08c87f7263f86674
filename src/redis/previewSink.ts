import type { FrameHead } from '../core/ringFrame';
import type { TimedFrameSink } from './subscriberSession';

/** So many bytes of a payload are kept: more than fit into a line. */
const previewBytes = 4_096;

/** A message as far as it can be shown on a line. */
export interface MessagePreview {
  readonly channel: Buffer;
  /** Where a pattern matched. */
  readonly pattern?: Buffer;
  /** The payload's first bytes. */
  readonly payload: Buffer;
  /** Bytes of the whole payload. */
  readonly size: number;
}

/** Makes previews of the frames of a session, however large their payloads are. */
export class PreviewSink implements TimedFrameSink {
  now = 0;
  private begun: Omit<MessagePreview, 'payload'> | undefined;
  private parts: Buffer[] = [];
  private kept = 0;

  /** `onMessage` gets each message; `onOversized` the length of a channel name that is too long to be taken. */
  constructor(
    private readonly onMessage: (message: MessagePreview) => void,
    private readonly onOversized: (nameBytes: number) => void,
  ) {}

  take(_bytes: Uint8Array, start: number): number {
    return start;
  }

  frame(head: FrameHead, _frameStart: number, payloadStart: number): void {
    const end = payloadStart + Math.min(head.payloadSize, previewBytes);
    this.onMessage({ ...names(head), payload: copy(head.bytes, payloadStart, end) });
  }

  begin(head: FrameHead): void {
    this.begun = names(head);
    this.parts = [];
    this.kept = 0;
  }

  more(bytes: Uint8Array, start: number, end: number): void {
    if (this.kept >= previewBytes) return;
    const part = copy(bytes, start, Math.min(end, start + previewBytes - this.kept));
    this.parts.push(part);
    this.kept += part.length;
  }

  finish(): void {
    if (this.begun !== undefined) this.onMessage({ ...this.begun, payload: Buffer.concat(this.parts) });
    this.begun = undefined;
  }

  abandon(): void {
    this.begun = undefined;
  }

  oversized(nameBytes: number): void {
    this.onOversized(nameBytes);
  }
}

function names(head: FrameHead): Omit<MessagePreview, 'payload'> {
  const channel = copy(head.bytes, head.channelStart, head.channelEnd);
  const size = head.payloadSize;
  return head.kind === 'pmessage'
    ? { channel, size, pattern: copy(head.bytes, head.patternStart, head.patternEnd) }
    : { channel, size };
}

function copy(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, end));
}
