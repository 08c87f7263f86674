import * as l10n from '@vscode/l10n';
import { Redis } from 'ioredis';
import type { RedisCommand, RedisReply, SendOptions } from '../core/commandPort';
import type { Connection } from '../core/connection';
import type { ConnectionState } from '../core/connectionState';
import { endpointLabel } from '../core/endpoint';
import { Failure, isFailure } from '../core/failure';
import type { Endpoint } from '../protocol/endpoint';
import { clientOptions } from './clientOptions';
import { connectFailure, isFinal, isServerReply } from './connectFailure';
import { replyFailure } from './replyFailure';

const ordinaryTimeoutMs = 5_000;
const longestTimeoutMs = 120_000;
/** TCP, TLS and handshake together. With the goodbye to a peer that is silent, nobody waits longer than 10 s. */
const connectLimitMs = 9_000;
const heartbeatMs = 5_000;
/** A dead peer is given up after this long without an answer to a heartbeat, so within 15 s of its death. */
const heartbeatLimitMs = 9_000;

/**
 * A command connection over ioredis that never resends: a command either fails before it left, is answered, or ends
 * with the failure `outcomeUnknown`.
 */
export class CommandClient implements Connection {
  private readonly client: Redis;
  private readonly label: string;
  private readonly listeners = new Set<(state: ConnectionState) => void>();
  private current: ConnectionState = { kind: 'idle' };
  /**
   * The first error since the last attempt began: the later ones are its consequences. ioredis reports it only by an
   * event; commands merely say that retries ran out.
   */
  private firstError: Error | undefined;
  private attempt: Promise<void> | undefined;
  private attemptLimit: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(
    endpoint: Endpoint,
    private readonly clientName: string,
  ) {
    this.label = endpointLabel(endpoint);
    const { connectionName: _, ...options } = clientOptions(endpoint, clientName);
    this.client = new Redis({
      ...options,
      protocol: 2,
      // Shorter limits, by class of command and for the whole handshake, are this class's own.
      commandTimeout: longestTimeoutMs,
      retryStrategy: (times) => this.nextAttemptIn(times),
    });
    this.client.on('connecting', () => this.limitAttempt());
    this.client.on('error', (error: Error) => this.noteError(error));
    this.client.on('ready', () => this.becameReady());
    this.client.on('close', () => this.stopTimers());
    this.client.on('end', () => this.ended());
  }

  get state(): ConnectionState {
    return this.current;
  }

  onDidChangeState(listener: (state: ConnectionState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  connect(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(cancelled());
    if (this.current.kind === 'ready') return Promise.resolve();
    this.attempt ??= this.connectOnce().finally(() => {
      this.attempt = undefined;
    });
    return signal === undefined ? this.attempt : abortable(this.attempt, signal);
  }

  async send(command: RedisCommand, options: SendOptions = {}): Promise<RedisReply> {
    if (options.signal?.aborted) throw cancelled();
    return limited(this.dispatch(command), options);
  }

  async sendAll(
    commands: readonly RedisCommand[],
    options: SendOptions = {},
  ): Promise<readonly (RedisReply | Failure)[]> {
    if (options.signal?.aborted) throw cancelled();
    const replies = commands.map((command) => this.dispatch(command).catch(asFailure));
    return limited(Promise.all(replies), options);
  }

  dispose(): void {
    this.disposed = true;
    this.stopTimers();
    this.client.disconnect();
    this.listeners.clear();
  }

  private async connectOnce(): Promise<void> {
    this.moveTo({ kind: 'connecting' });
    const { status } = this.client;
    try {
      await (status === 'connecting' || status === 'connect'
        ? this.attemptUnderWay()
        : this.client.connect());
    } catch (error) {
      throw this.cause(error);
    }
  }

  /** Waits for an attempt that ioredis began by itself, since it refuses a second one beside it. */
  private attemptUnderWay(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onReady = (): void => {
        this.client.off('close', onClose);
        resolve();
      };
      const onClose = (): void => {
        this.client.off('ready', onReady);
        reject(toError(undefined));
      };
      this.client.once('ready', onReady);
      this.client.once('close', onClose);
    });
  }

  private limitAttempt(): void {
    this.firstError = undefined;
    clearTimeout(this.attemptLimit);
    this.attemptLimit = setTimeout(() => {
      this.firstError ??= new Failure(
        'timeout',
        l10n.t('{0} accepts connections but does not answer.', this.label),
        {
          hint: l10n.t('Check that a Redis server listens there and is not frozen.'),
        },
      );
      this.client.disconnect(true);
    }, connectLimitMs);
  }

  private noteError(error: Error): void {
    this.firstError ??= error;
    // ioredis would go on in database 0 when SELECT is refused.
    const refused = isServerReply(error) && 'command' in error && this.client.status === 'connect';
    if (refused) this.client.disconnect(true);
  }

  private async dispatch(command: RedisCommand): Promise<RedisReply> {
    const [name, ...args] = command;
    if (this.client.status !== 'ready') throw this.notReady();
    try {
      // With protocol 2 and the Buffer form every reply has the shape that RedisReply describes.
      return (await this.client.callBuffer(name, ...args)) as RedisReply;
    } catch (error) {
      if (isServerReply(error)) throw replyFailure(error, name);
      throw new Failure(
        'outcomeUnknown',
        l10n.t('The connection was lost before the reply to {0} came.', name),
        {
          hint: l10n.t('The command may or may not have been carried out; it is not sent again.'),
          cause: error,
        },
      );
    }
  }

  private notReady(): Failure {
    const cause = 'cause' in this.current ? this.current.cause : undefined;
    return new Failure('unreachable', cause?.message ?? l10n.t('Not connected to {0}.', this.label), {
      hint: cause?.hint ?? l10n.t('Nothing was sent. Connect and try again.'),
      cause,
    });
  }

  /** Delay before the next attempt in ms; null ends the attempts, since a refused password is not worth repeating. */
  private nextAttemptIn(times: number): number | null {
    if (this.disposed) return null;
    const cause = this.cause(this.firstError);
    if (isFinal(cause)) {
      this.moveTo({ kind: 'failed', cause });
      return null;
    }
    const delay = Math.min(100 * 2 ** Math.min(times, 6), 5_000);
    this.moveTo({ kind: 'reconnecting', cause, nextAttemptAt: Date.now() + delay });
    return delay;
  }

  private cause(error: unknown): Failure {
    return connectFailure(this.firstError ?? toError(error), this.label);
  }

  private becameReady(): void {
    this.firstError = undefined;
    this.moveTo({ kind: 'ready' });
    this.stopTimers();
    void this.nameItself();
    this.heartbeat = setInterval(() => void this.beat(), heartbeatMs);
    this.heartbeat.unref();
  }

  /**
   * Not left to ioredis: it sends the name first and ignores the answer, with which a full server says that it is full.
   */
  private async nameItself(): Promise<void> {
    try {
      await this.send(['CLIENT', 'SETNAME', this.clientName]);
    } catch (error) {
      // A user without the right to it stays nameless in CLIENT LIST; that is all the name is for.
      if (!isFailure(error)) throw error;
    }
  }

  private async beat(): Promise<void> {
    try {
      await this.send(['PING'], { timeoutMs: heartbeatLimitMs });
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== 'timeout' || this.client.status !== 'ready') return;
      this.firstError ??= new Failure('timeout', l10n.t('{0} stopped responding.', this.label), {
        hint: l10n.t('The server may be frozen, busy with a long script, or cut off by the network.'),
      });
      this.client.disconnect(true);
    }
  }

  private stopTimers(): void {
    clearTimeout(this.attemptLimit);
    clearInterval(this.heartbeat);
    this.heartbeat = undefined;
  }

  private ended(): void {
    if (this.disposed || this.current.kind === 'failed') return;
    this.moveTo({ kind: 'failed', cause: this.cause(this.firstError) });
  }

  private moveTo(state: ConnectionState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }
}

function toError(error: unknown): Error {
  if (error === undefined) return new Error('Connection is closed.');
  return error instanceof Error ? error : new Error(String(error));
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

function cancelled(): Failure {
  return new Failure('cancelled', l10n.t('Cancelled.'));
}

/** Ends waiting, not the command: what was sent may still be carried out, hence the code. */
async function limited<Result>(reply: Promise<Result>, options: SendOptions): Promise<Result> {
  const limitMs = options.timeoutMs ?? ordinaryTimeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Failure('timeout', l10n.t('No reply within {0} s.', limitMs / 1000), {
          hint: l10n.t('The command may still be carried out; it is not sent again.'),
        }),
      );
    }, limitMs);
  });
  const racing = Promise.race([reply, expiry]).finally(() => clearTimeout(timer));
  return options.signal === undefined ? racing : abortable(racing, options.signal);
}

function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
