import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../core/connectionState';
import { endpointLabel } from '../core/endpoint';
import { Failure, toFailure } from '../core/failure';
import type { Endpoint } from '../protocol/endpoint';
import { isFinal } from './connectFailure';
import type { PreviewSink } from './previewSink';
import { type SessionEnd, SubscriberSession } from './subscriberSession';

const heartbeat = { pingAfterMs: 5_000, deadAfterMs: 13_000 };
const slowestRetryMs = 5_000;

export interface Subscription {
  readonly channels: readonly Buffer[];
  readonly patterns: readonly Buffer[];
}

/**
 * A subscriber for a worker's terminal. It subscribes anew on each new connection, and says `ready` only when Redis has
 * confirmed every subscription: from then on nothing is missed. It ends, as `failed`, when Redis refuses.
 */
export class MessageSubscriber {
  private session: SubscriberSession | undefined;
  private retry: NodeJS.Timeout | undefined;
  private attempts = 0;
  private disposed = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly clientName: string,
    private readonly subscription: Subscription,
    private readonly sink: PreviewSink,
    private readonly onState: (state: ConnectionState) => void,
  ) {}

  /** Connects and subscribes, and goes on trying; what comes of it is told by `onState`. */
  start(): void {
    if (this.attempts === 0) this.onState({ kind: 'connecting' });
    this.attempts += 1;
    const onEnd = (end: SessionEnd): void => this.sessionEnded(session, end);
    const session = new SubscriberSession(this.endpoint, this.clientName, this.sink, heartbeat, onEnd);
    this.session = session;
    void this.subscribe(session);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.retry);
    this.session?.close();
  }

  private async subscribe(session: SubscriberSession): Promise<void> {
    const { channels, patterns } = this.subscription;
    try {
      await session.open();
      if (channels.length > 0) await session.subscribe('message', channels);
      if (patterns.length > 0) await session.subscribe('pmessage', patterns);
      if (this.disposed) return;
      this.attempts = 1;
      this.onState({ kind: 'ready' });
    } catch (error) {
      const failure = toFailure(error);
      // Other failures are those of the connection, and its end plans the next attempt.
      if (isFinal(failure) || failure.code === 'server') this.fail(failure);
      session.close();
    }
  }

  private sessionEnded(session: SubscriberSession, end: SessionEnd): void {
    if (this.disposed || this.session !== session) return;
    const cause = this.causeOf(end);
    if (isFinal(cause)) {
      this.fail(cause);
      return;
    }
    const delay = Math.min(100 * 2 ** Math.min(this.attempts, 6), slowestRetryMs);
    this.onState({ kind: 'reconnecting', cause, nextAttemptAt: Date.now() + delay });
    this.retry = setTimeout(() => this.start(), delay);
  }

  private causeOf(end: SessionEnd): Failure {
    const label = endpointLabel(this.endpoint);
    if (end.notResponding) return new Failure('timeout', l10n.t('{0} stopped responding.', label));
    return end.failure ?? new Failure('unreachable', l10n.t('{0} closed the connection.', label));
  }

  private fail(cause: Failure): void {
    if (this.disposed) return;
    this.dispose();
    this.onState({ kind: 'failed', cause });
  }
}
