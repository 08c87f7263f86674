import type { Socket } from 'node:net';
import { Redis } from 'ioredis';
import { endpointLabel } from '../core/endpoint';
import { type Failure, isFailure } from '../core/failure';
import type { FrameKind, FrameSink } from '../core/ringFrame';
import type { Endpoint } from '../protocol/endpoint';
import { clientOptions } from './clientOptions';
import { connectFailure, isServerReply } from './connectFailure';
import { FrameScanner } from './frameScanner';
import { replyFailure } from './replyFailure';
import { tappedConnector } from './tappedConnector';
import { TlsDoubt } from './tlsDoubt';

const disconnectTimeoutMs = 300;
/** One read takes at most this much off the socket, in bytes. */
const landingBytes = 65_536;

/** Times of the heartbeat, in ms. */
export interface Heartbeat {
  /** After so long without a byte the server is asked for a sign of life. */
  readonly pingAfterMs: number;
  /** After so long without a byte the connection counts as dead. */
  readonly deadAfterMs: number;
}

/** How a session ended. */
export interface SessionEnd {
  /** Absent when the other side simply closed the connection. */
  readonly failure?: Failure;
  readonly notResponding: boolean;
  /** The connection ended in the middle of a frame, so that the server had more to send. */
  readonly inFrame: boolean;
  /** When the last byte arrived, ms since the epoch. */
  readonly lastByteAt: number;
}

/** What a session needs of its sink besides. */
export interface TimedFrameSink extends FrameSink {
  /** When the frames that follow arrived, ms since the epoch. */
  now: number;
  /** Where to read the next bytes to, if the sink takes them faster from there. */
  landing?(): Uint8Array;
  /** Called with what was read, before any of it is taken. @returns what to take instead */
  landed?(bytes: Uint8Array): Uint8Array;
}

/**
 * One connection of a subscriber, from connecting to its end; a new attempt is a new session. ioredis connects and
 * authenticates, the messages go past it into the sink.
 */
export class SubscriberSession {
  private readonly client: Redis;
  private readonly scanner: FrameScanner;
  private readonly label: string;
  private readonly tlsDoubt: TlsDoubt;
  private socket: Socket | undefined;
  private lastError: Error | undefined;
  private lastByteAt = Date.now();
  private pingSentAt = 0;
  private notResponding = false;
  private inFrame = false;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private opened = false;

  /** @param onEnd called once, also when {@link open} rejected */
  constructor(
    endpoint: Endpoint,
    clientName: string,
    sink: TimedFrameSink,
    private readonly heartbeat: Heartbeat,
    private readonly onEnd: (end: SessionEnd) => void,
  ) {
    this.label = endpointLabel(endpoint);
    // A copy, since the client may read it later, when the buffer holds other bytes.
    this.scanner = new FrameScanner(sink, (bytes) => this.socket?.push(Buffer.from(bytes)));
    const own = Buffer.alloc(sink.landing === undefined ? landingBytes : 0);
    const tap = {
      opened: (socket: Socket): void => {
        this.socket = socket;
      },
      landing: (): Uint8Array => sink.landing?.() ?? own,
      take: (bytes: Uint8Array): void => {
        this.lastByteAt = Date.now();
        sink.now = this.lastByteAt;
        this.scanner.push(sink.landed?.(bytes) ?? bytes);
      },
    };
    this.client = new Redis({
      ...clientOptions(endpoint, clientName),
      // Pub/sub knows no databases, and a subscriber works while the server is loading.
      db: 0,
      enableReadyCheck: false,
      disconnectTimeout: disconnectTimeoutMs,
      Connector: tappedConnector(endpoint, disconnectTimeoutMs, tap),
    });
    this.client.on('error', (error: Error) => {
      // What the socket says while it is being closed for a known reason is only the consequence.
      if (!isFailure(this.lastError)) this.lastError = error;
    });
    this.client.on('end', () => this.finish());
    this.tlsDoubt = new TlsDoubt(endpoint, (failure) => {
      this.lastError = failure;
      this.close();
    });
  }

  /** Connects. @throws {Failure} with the cause, after which the session is over */
  async open(): Promise<void> {
    this.tlsDoubt.start();
    try {
      await this.client.connect();
    } catch (error) {
      throw this.failure(error);
    } finally {
      this.tlsDoubt.stop();
    }
    this.lastByteAt = Date.now();
    this.opened = true;
    const tick = Math.max(50, Math.min(1_000, this.heartbeat.pingAfterMs / 4));
    this.timer = setInterval(() => this.beat(), tick);
  }

  /**
   * SUBSCRIBE, PSUBSCRIBE or SSUBSCRIBE.
   * @throws {Failure} when the server refuses or the connection breaks
   */
  async subscribe(kind: FrameKind, names: readonly Buffer[]): Promise<void> {
    const { client } = this;
    switch (kind) {
      case 'message':
        return this.answered('SUBSCRIBE', client.subscribe(...names));
      case 'pmessage':
        return this.answered('PSUBSCRIBE', client.psubscribe(...asPatterns(names)));
      case 'smessage':
        return this.answered('SSUBSCRIBE', client.ssubscribe(...names));
    }
  }

  /** The opposite of {@link subscribe}. @throws {Failure} */
  async unsubscribe(kind: FrameKind, names: readonly Buffer[]): Promise<void> {
    const { client } = this;
    switch (kind) {
      case 'message':
        return this.answered('UNSUBSCRIBE', client.unsubscribe(...names));
      case 'pmessage':
        return this.answered('PUNSUBSCRIBE', client.punsubscribe(...asPatterns(names)));
      case 'smessage':
        return this.answered('SUNSUBSCRIBE', client.sunsubscribe(...names));
    }
  }

  /** Closes the connection; `onEnd` follows. */
  close(): void {
    this.client.disconnect();
  }

  private async answered(command: string, answer: Promise<unknown>): Promise<void> {
    try {
      await answer;
    } catch (error) {
      if (isServerReply(error)) throw replyFailure(error, command);
      throw this.failure(error);
    }
  }

  /** The cause behind what a command or `connect` said, which is mostly that the connection is closed. */
  private failure(error: unknown): Failure {
    const thrown = error instanceof Error ? error : new Error(String(error));
    return connectFailure(this.lastError ?? thrown, this.label);
  }

  private beat(): void {
    const now = Date.now();
    const silence = now - this.lastByteAt;
    if (silence >= this.heartbeat.deadAfterMs) {
      this.notResponding = true;
      this.socket?.destroy();
    } else if (silence >= this.heartbeat.pingAfterMs && now - this.pingSentAt >= this.heartbeat.pingAfterMs) {
      this.pingSentAt = now;
      // What matters is that any byte comes back; if none does, the next beats end the session.
      this.client.ping().catch((error: unknown) => this.noteError(error));
    }
  }

  private noteError(error: unknown): void {
    if (error instanceof Error) this.lastError ??= error;
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.timer);
    this.tlsDoubt.stop();
    this.inFrame = !this.scanner.idle;
    this.scanner.end();
    // A server that ends a slow subscriber leaves it a reset, since there is more that was never read.
    const error = this.opened && isReset(this.lastError) ? undefined : this.lastError;
    const failure = error === undefined ? undefined : connectFailure(error, this.label);
    this.onEnd({
      ...(failure === undefined ? {} : { failure }),
      notResponding: this.notResponding,
      inFrame: this.inFrame,
      lastByteAt: this.lastByteAt,
    });
  }
}

function isReset(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** The client sends patterns as the bytes they are; only its types want text. */
function asPatterns(names: readonly Buffer[]): string[] {
  return names as readonly unknown[] as string[];
}
