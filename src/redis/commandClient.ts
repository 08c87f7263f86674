import * as l10n from '@vscode/l10n';
import { Redis } from 'ioredis';
import type { RedisCommand, RedisReply, SendOptions } from '../core/commandPort';
import type { Connection } from '../core/connection';
import type { ConnectionState } from '../core/connectionState';
import { endpointLabel } from '../core/endpoint';
import { cancelled, Failure, isFailure } from '../core/failure';
import type { Endpoint } from '../protocol/endpoint';
import { clientOptions } from './clientOptions';
import { connectFailure, isFinal, isServerReply } from './connectFailure';
import { Heartbeat } from './heartbeat';
import { deniedCommand, replyFailure } from './replyFailure';
import { abortable, outcomeUnknown, replyWithin } from './replyWait';
import { TlsDoubt } from './tlsDoubt';

/** TCP, TLS and greeting together. With the goodbye to a peer that is silent, nobody waits longer than 10 s. */
const connectLimitMs = 9_000;

/**
 * A command connection over ioredis that never resends: a command either fails before it left, is answered, or ends
 * with the failure `outcomeUnknown`. It is ready once the server has answered, whatever the answer, as long as it is
 * one of Redis and no refusal.
 */
export class CommandClient implements Connection {
  private readonly client: Redis;
  private readonly label: string;
  private readonly listeners = new Set<(state: ConnectionState) => void>();
  /** Those who wait for the attempt under way. */
  private readonly waiting = new Set<(state: ConnectionState) => void>();
  private readonly heartbeat: Heartbeat;
  private readonly tlsDoubt: TlsDoubt;
  private current: ConnectionState = { kind: 'idle' };
  /**
   * The first error since the last attempt began: the later ones are its consequences. ioredis reports it only by an
   * event; commands merely say that retries ran out.
   */
  private firstError: Error | undefined;
  private attemptLimit: NodeJS.Timeout | undefined;
  /** Attempts that failed since the connection was last ready. */
  private failedAttempts = 0;
  private refusedCommands: readonly string[] = [];
  private disposed = false;

  constructor(
    endpoint: Endpoint,
    private readonly clientName: string,
  ) {
    this.label = endpointLabel(endpoint);
    const { connectionName: _name, commandTimeout: _limit, ...options } = clientOptions(endpoint, clientName);
    this.client = new Redis({
      ...options,
      // It would wait as long as the server loads its data, and talk to the console where INFO is not permitted.
      enableReadyCheck: false,
      retryStrategy: () => this.nextAttemptIn(),
    });
    this.heartbeat = new Heartbeat({
      socket: () => this.client.stream,
      ping: () => void this.exchange(['PING']).catch(asFailure),
      dead: () => this.giveUp(stoppedResponding(this.label)),
    });
    this.tlsDoubt = new TlsDoubt(endpoint, (failure) => this.giveUp(failure));
    this.client.on('connecting', () => this.limitAttempt());
    this.client.on('error', (error: Error) => this.noteError(error));
    this.client.on('ready', () => void this.greet());
    this.client.on('close', () => this.stopTimers());
    this.client.on('end', () => this.ended());
  }

  get state(): ConnectionState {
    return this.current;
  }

  get denied(): readonly string[] {
    return this.refusedCommands;
  }

  onDidChangeState(listener: (state: ConnectionState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async connect(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw cancelled();
    if (this.disposed) throw this.notReady();
    if (this.current.kind === 'ready') return;
    const outcome = this.attemptOutcome();
    if (['wait', 'reconnecting', 'end'].includes(this.client.status)) {
      this.moveTo({ kind: 'connecting' });
      this.client.connect().catch((error: unknown) => this.noteError(toError(error)));
    }
    await (signal === undefined ? outcome : abortable(outcome, signal, cancelled));
  }

  async send(command: RedisCommand, options: SendOptions = {}): Promise<RedisReply> {
    if (options.signal?.aborted) throw cancelled();
    return replyWithin(this.dispatch(command), [command], options);
  }

  async sendAll(
    commands: readonly RedisCommand[],
    options: SendOptions = {},
  ): Promise<readonly (RedisReply | Failure)[]> {
    if (options.signal?.aborted) throw cancelled();
    const replies = commands.map((command) => this.dispatch(command).catch(asFailure));
    return replyWithin(Promise.all(replies), commands, options);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.stopTimers();
    this.client.disconnect();
    this.listeners.clear();
    this.current = { kind: 'failed', cause: this.notReady() };
    this.tell(this.waiting);
  }

  /** How the attempt under way ends: every one leads to one of these states, within its limit. */
  private attemptOutcome(): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = (state: ConnectionState): void => {
        if (state.kind === 'connecting' || state.kind === 'idle') return;
        this.waiting.delete(take);
        if (state.kind === 'ready') resolve();
        else reject(state.cause);
      };
      this.waiting.add(take);
    });
  }

  private limitAttempt(): void {
    this.firstError = undefined;
    this.refusedCommands = [];
    this.stopTimers();
    this.attemptLimit = setTimeout(() => this.giveUp(doesNotAnswer(this.label)), connectLimitMs);
    this.tlsDoubt.start();
  }

  private noteError(error: Error): void {
    // What SELECT is told comes before the refusal of AUTH, which is its reason.
    const isReason = isServerReply(error) && error.message.startsWith('WRONGPASS');
    if (this.firstError === undefined || isReason) this.firstError = error;
    // ioredis would go on in database 0 when SELECT is refused.
    const refused = isServerReply(error) && 'command' in error && this.client.status === 'connect';
    if (refused) this.client.disconnect(true);
  }

  /** ioredis is content with a socket; this one is ready when the other side has answered as a Redis that takes us. */
  private async greet(): Promise<void> {
    const { stream } = this.client;
    try {
      await this.exchange(['PING']);
    } catch (error) {
      if (!isFailure(error)) throw error;
      // A lost connection speaks for itself.
      if (error.code === 'outcomeUnknown' || this.client.stream !== stream) return;
      if (error.code === 'authentication' || error.code === 'unreachable') {
        this.giveUp(error);
        return;
      }
    }
    if (this.client.stream !== stream || this.client.status !== 'ready') return;
    this.stopTimers();
    this.firstError = undefined;
    this.failedAttempts = 0;
    this.heartbeat.start();
    this.moveTo({ kind: 'ready' });
    // The name is for people who read CLIENT LIST; a user without the right to it stays nameless.
    await this.exchange(['CLIENT', 'SETNAME', this.clientName]).catch(asFailure);
  }

  /** @throws {Failure} `unreachable` where nothing was sent */
  private async dispatch(command: RedisCommand): Promise<RedisReply> {
    if (this.current.kind !== 'ready' || this.client.status !== 'ready' || !this.client.stream.writable) {
      throw this.notReady();
    }
    return this.exchange(command);
  }

  private async exchange([name, ...args]: RedisCommand): Promise<RedisReply> {
    try {
      // With protocol 2 and the Buffer form every reply has the shape that RedisReply describes.
      return (await this.client.callBuffer(name, ...args)) as RedisReply;
    } catch (error) {
      if (!isServerReply(error)) {
        throw outcomeUnknown(l10n.t('The connection was lost before the reply to {0} came.', name), error);
      }
      this.noteDenied(error, name);
      throw replyFailure(error, name);
    }
  }

  private noteDenied(error: Error, name: string): void {
    const denied = deniedCommand(error, name);
    if (denied === undefined || this.refusedCommands.includes(denied)) return;
    this.refusedCommands = [...this.refusedCommands, denied];
    if (this.current.kind === 'ready') this.tell(this.listeners);
  }

  private notReady(): Failure {
    const cause = 'cause' in this.current ? this.current.cause : undefined;
    return new Failure('unreachable', cause?.message ?? l10n.t('Not connected to {0}.', this.label), {
      hint: cause?.hint ?? l10n.t('Nothing was sent. Connect and try again.'),
      cause,
    });
  }

  /** Closes the socket for a reason of ours; the next attempt, or the end of all, follows. */
  private giveUp(reason: Failure): void {
    this.firstError ??= reason;
    this.client.disconnect(true);
  }

  /** Delay before the next attempt in ms; null ends the attempts, since a refused password is not worth repeating. */
  private nextAttemptIn(): number | null {
    if (this.disposed) return null;
    this.failedAttempts += 1;
    const cause = this.cause();
    if (isFinal(cause)) {
      this.moveTo({ kind: 'failed', cause });
      return null;
    }
    const delay = Math.min(100 * 2 ** Math.min(this.failedAttempts, 6), 5_000);
    this.moveTo({ kind: 'reconnecting', cause, nextAttemptAt: Date.now() + delay });
    return delay;
  }

  private cause(): Failure {
    return connectFailure(this.firstError ?? new Error('Connection is closed.'), this.label);
  }

  private stopTimers(): void {
    clearTimeout(this.attemptLimit);
    this.tlsDoubt.stop();
    this.heartbeat.stop();
  }

  private ended(): void {
    if (this.disposed || this.current.kind === 'failed' || this.client.status !== 'end') return;
    this.stopTimers();
    this.moveTo({ kind: 'failed', cause: this.cause() });
  }

  private moveTo(state: ConnectionState): void {
    this.current = state;
    this.tell(this.waiting);
    this.tell(this.listeners);
  }

  private tell(listeners: ReadonlySet<(state: ConnectionState) => void>): void {
    for (const listener of [...listeners]) listener(this.current);
  }
}

function doesNotAnswer(label: string): Failure {
  return new Failure('timeout', l10n.t('{0} accepts connections but does not answer.', label), {
    hint: l10n.t('Check that a Redis server listens there and is not frozen.'),
  });
}

function stoppedResponding(label: string): Failure {
  return new Failure('timeout', l10n.t('{0} stopped responding.', label), {
    hint: l10n.t('The server may be frozen, busy with a long script, or cut off by the network.'),
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
