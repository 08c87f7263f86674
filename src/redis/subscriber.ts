import * as l10n from '@vscode/l10n';
import { endpointLabel } from '../core/endpoint';
import { type Failure, toFailure } from '../core/failure';
import type { Ring } from '../core/ring';
import type { RingSource } from '../core/ringSource';
import type { Endpoint } from '../protocol/endpoint';
import { isFinal } from './connectFailure';
import { subscribeNames } from './subscribeNames';
import { SubscriberGaps } from './subscriberGaps';
import { type Heartbeat, type SessionEnd, SubscriberSession } from './subscriberSession';

const firstRetryMs = 100;
const longestRetryMs = 2_000;
/** How often a subscription that the server refused is tried again, in ms. */
const refusedRetryMs = 5_000;
const defaultHeartbeat: Heartbeat = { pingAfterMs: 5_000, deadAfterMs: 13_000 };

export interface SubscriberOptions {
  readonly endpoint: Endpoint;
  /** What CLIENT LIST shows. */
  readonly clientName: string;
  /** Takes the messages and the gaps. */
  readonly ring: Ring;
  /** Called after every change of any of the states. */
  readonly onChange: () => void;
  /** For what the states do not tell. */
  readonly log: (level: 'info' | 'warn', text: string) => void;
  readonly heartbeat?: Heartbeat;
}

/** Where some subscriptions of a subscriber stand. Only `live` means that all of them are confirmed by the server. */
export interface SubscriberState {
  readonly kind: 'connecting' | 'live' | 'reconnecting' | 'refused' | 'failed' | 'closed';
  readonly cause?: Failure;
}

/**
 * One supervised pub/sub connection. It keeps the subscriptions that are held, connects again with a back-off of its
 * own, and marks in the ring every time in which messages may have been missed. It gives up on refused credentials
 * only, until {@link retry}.
 */
export class Subscriber {
  private endpoint: Endpoint;
  private session: SubscriberSession | undefined;
  private ready = false;
  private failedWith: Failure | undefined;
  private lastFailure: Failure | undefined;
  private retryDelay = firstRetryMs;
  private retryTimer: NodeJS.Timeout | undefined;
  private refusedTimer: NodeJS.Timeout | undefined;
  private reconciling = false;
  private reconcileAgain = false;
  private closed = false;
  private readonly wanted = new Set<RingSource>();
  private readonly confirmed = new Set<RingSource>();
  private readonly refused = new Map<RingSource, Failure>();
  private readonly gaps: SubscriberGaps;

  constructor(private readonly options: SubscriberOptions) {
    this.endpoint = options.endpoint;
    this.gaps = new SubscriberGaps(options.ring);
    this.connect();
  }

  /** Subscribes to what is not subscribed yet. */
  hold(sources: Iterable<RingSource>): void {
    for (const source of sources) {
      source.held = true;
      this.wanted.add(source);
    }
    this.reconcile();
  }

  /** Unsubscribes. */
  drop(sources: Iterable<RingSource>): void {
    for (const source of sources) {
      this.options.ring.lanes.drop(source);
      this.wanted.delete(source);
      this.refused.delete(source);
    }
    this.reconcile();
  }

  /** Tries again after `failed`, with another password perhaps; in any other state nothing happens. */
  retry(endpoint: Endpoint): void {
    if (this.failedWith === undefined || this.closed) return;
    this.endpoint = endpoint;
    this.failedWith = undefined;
    this.retryDelay = firstRetryMs;
    this.ready = false;
    // One that is being closed still feeds the ring: the next attempt is planned where it ends.
    if (this.session === undefined) this.connect();
    this.options.onChange();
  }

  /** The state of these subscriptions. */
  state(sources: Iterable<RingSource>): SubscriberState {
    if (this.closed) return { kind: 'closed' };
    if (this.failedWith !== undefined) return { kind: 'failed', cause: this.failedWith };
    if (!this.ready) {
      if (this.lastFailure === undefined) return { kind: 'connecting' };
      return { kind: 'reconnecting', cause: this.lastFailure };
    }
    let pending = false;
    for (const source of sources) {
      const refusal = this.refused.get(source);
      if (refusal !== undefined) return { kind: 'refused', cause: refusal };
      if (!this.confirmed.has(source)) pending = true;
    }
    return pending ? { kind: 'connecting' } : { kind: 'live' };
  }

  /** Closes the connection and ends all timers. */
  dispose(): void {
    this.closed = true;
    clearTimeout(this.retryTimer);
    clearTimeout(this.refusedTimer);
    this.session?.close();
  }

  private connect(): void {
    this.ready = false;
    const session = new SubscriberSession(
      this.endpoint,
      this.options.clientName,
      this.options.ring,
      this.options.heartbeat ?? defaultHeartbeat,
      (end) => this.sessionEnded(session, end),
    );
    this.session = session;
    session.open().then(
      () => {
        if (this.session !== session || this.closed) return;
        this.ready = true;
        this.reconcile();
      },
      (error: unknown) => this.attemptFailed(session, toFailure(error)),
    );
  }

  /** An attempt that never was ready also ends its session; that is where the next attempt is planned. */
  private attemptFailed(session: SubscriberSession, failure: Failure): void {
    if (this.session === session) this.lastFailure = failure;
    session.close();
  }

  private sessionEnded(session: SubscriberSession, end: SessionEnd): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.ready = false;
    const failure = this.gaps.sessionEnded(end, this.confirmed, endpointLabel(this.endpoint));
    this.lastFailure = failure;
    this.confirmed.clear();
    clearTimeout(this.refusedTimer);
    if (this.closed) return;
    if (this.failedWith === undefined && isFinal(failure)) this.failedWith = failure;
    if (this.failedWith === undefined) {
      this.retryTimer = setTimeout(() => this.connect(), this.retryDelay);
      this.retryDelay = Math.min(this.retryDelay * 2, longestRetryMs);
    }
    this.options.onChange();
  }

  /** Brings what the server has into line with what is wanted. Runs once at a time. */
  private reconcile(): void {
    this.options.onChange();
    if (this.reconciling) {
      this.reconcileAgain = true;
      return;
    }
    if (!this.ready || this.closed) return;
    this.reconciling = true;
    this.reconcileAgain = false;
    const { session } = this;
    this.reconcileOnce().then(
      () => this.reconciled(),
      (error: unknown) => {
        this.options.log('warn', toFailure(error).message);
        // What the server has done of it is not known, so that only a new connection is sure.
        if (this.session === session) session?.close();
        this.reconciled();
      },
    );
  }

  private reconciled(): void {
    this.reconciling = false;
    if (this.reconcileAgain) this.reconcile();
    else this.options.onChange();
  }

  private async reconcileOnce(): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    const drop = [...this.confirmed].filter((source) => !this.wanted.has(source));
    const add = [...this.wanted].filter((source) => !this.confirmed.has(source));
    // Before the answer, since they may be wanted again until then.
    for (const source of drop) this.confirmed.delete(source);
    await subscribeNames(drop, (kind, names) => session.unsubscribe(kind, names));
    if (this.session !== session) return;
    const refusals = await subscribeNames(add, (kind, names) => session.subscribe(kind, names));
    if (this.session !== session) return;
    for (const source of add) {
      const failure = refusals.get(source);
      if (failure === undefined) {
        this.confirmed.add(source);
        this.refused.delete(source);
      } else if (failure.code === 'authentication') {
        this.failedWith = failure;
        session.close();
        return;
      } else {
        this.refused.set(source, failure);
      }
    }
    this.retryDelay = firstRetryMs;
    this.lastFailure = undefined;
    this.gaps.subscribed(this.confirmed, this.refused);
    clearTimeout(this.refusedTimer);
    if (this.refused.size > 0) this.refusedTimer = setTimeout(() => this.reconcile(), refusedRetryMs);
    if (add.length > 0) {
      this.options.log('info', l10n.t('Subscribed to {0} names.', this.confirmed.size));
    }
  }
}
