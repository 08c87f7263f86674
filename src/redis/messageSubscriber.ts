import * as l10n from '@vscode/l10n';
import { Redis, type RedisOptions } from 'ioredis';
import type { ConnectionState } from '../core/connectionState';
import { type Endpoint, endpointLabel } from '../core/endpoint';
import { Failure } from '../core/failure';
import { clientOptions } from './clientOptions';
import { connectFailure, isFinal, isServerReply } from './connectFailure';
import { replyFailure } from './replyFailure';

const heartbeatMs = 5_000;
const heartbeatLimitMs = 10_000;
const slowestRetryMs = 5_000;

export interface SubscriberEvents {
  /** `pattern` where a pattern matched. */
  onMessage(channel: Buffer, payload: Buffer, pattern?: Buffer): void;
  /** `ready` only when Redis has confirmed every subscription: from then on nothing is missed. */
  onState(state: ConnectionState): void;
}

/**
 * A subscriber for a worker's terminal, at the rate at which people read; the traffic panel takes frames in its own
 * thread instead. It subscribes anew on each new connection and never pretends to be live before that is confirmed.
 */
export class MessageSubscriber {
  private readonly client: Redis;
  private readonly label: string;
  private lastError: Error | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    endpoint: Endpoint,
    clientName: string,
    private readonly channels: readonly Buffer[],
    private readonly patterns: readonly Buffer[],
    private readonly events: SubscriberEvents,
  ) {
    this.label = endpointLabel(endpoint);
    const options: Omit<RedisOptions, 'replyMapping'> = clientOptions(endpoint, clientName);
    options.commandTimeout = heartbeatLimitMs;
    options.retryStrategy = (times) => this.nextAttemptIn(times);
    this.client = new Redis(options);
    this.client.on('error', (error: Error) => {
      this.lastError = error;
    });
    this.client.on('ready', () => void this.subscribe());
    this.client.on('close', () => clearInterval(this.heartbeat));
    this.client.on('messageBuffer', (channel: Buffer, payload: Buffer) => events.onMessage(channel, payload));
    this.client.on('pmessageBuffer', (pattern: string | Buffer, channel: Buffer, payload: Buffer) =>
      events.onMessage(channel, payload, Buffer.from(pattern)),
    );
  }

  /** Connects and subscribes, and goes on trying; what comes of it is told by `onState`. */
  start(): void {
    this.events.onState({ kind: 'connecting' });
    // The cause comes by 'error', and the next step by retryStrategy.
    this.client.connect().catch(() => undefined);
  }

  dispose(): void {
    this.ended = true;
    clearInterval(this.heartbeat);
    this.client.disconnect();
  }

  private async subscribe(): Promise<void> {
    try {
      if (this.channels.length > 0) await this.client.subscribe(...this.channels);
      // Typed for text only; arguments go out byte for byte like those of any command.
      if (this.patterns.length > 0) await this.client.psubscribe(...(this.patterns as unknown as string[]));
    } catch (error) {
      if (this.ended) return;
      if (isServerReply(error)) this.fail(replyFailure(error, 'SUBSCRIBE'));
      else this.reconnect(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.ended) return;
    this.lastError = undefined;
    this.events.onState({ kind: 'ready' });
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => void this.beat(), heartbeatMs);
  }

  private async beat(): Promise<void> {
    try {
      await this.client.ping();
    } catch (error) {
      if (this.ended || this.client.status !== 'ready') return;
      const silent = new Failure('timeout', l10n.t('{0} stopped responding.', this.label), { cause: error });
      this.reconnect(silent);
    }
  }

  private reconnect(error: Error): void {
    this.lastError = error;
    this.client.disconnect(true);
  }

  private nextAttemptIn(times: number): number | null {
    if (this.ended) return null;
    const cause = connectFailure(this.lastError ?? new Error('Connection is closed.'), this.label);
    if (isFinal(cause)) {
      this.fail(cause);
      return null;
    }
    const delay = Math.min(100 * 2 ** Math.min(times, 6), slowestRetryMs);
    this.events.onState({ kind: 'reconnecting', cause, nextAttemptAt: Date.now() + delay });
    return delay;
  }

  private fail(cause: Failure): void {
    this.dispose();
    this.events.onState({ kind: 'failed', cause });
  }
}
