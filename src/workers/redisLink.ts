import { setTimeout as delay } from 'node:timers/promises';
import type { RedisCommand, RedisReply, SendOptions } from '../core/commandPort';
import type { Connection } from '../core/connection';
import type { ConnectionState } from '../core/connectionState';
import { cancelled, type Failure, type FailureCode, failureText, isFailure } from '../core/failure';
import { Outage } from './outage';
import { printWarning } from './output';

/** The server did nothing and may do it in a moment. */
const passing: ReadonlySet<FailureCode> = new Set(['loading', 'outOfMemory', 'readOnly']);
/** The same in its words: it becomes a replica, cannot save or replicate, runs a script, or its cluster changes. */
const passingWords =
  /^(?:UNBLOCKED force unblock|MISCONF\b|NOREPLICAS\b|MASTERDOWN\b|BUSY\b|CLUSTERDOWN\b|TRYAGAIN\b)/;
/** No reply came to a command. */
const unanswered: ReadonlySet<FailureCode> = new Set(['outcomeUnknown', 'timeout']);
const retryMs = 1_000;
const unreachableMs = 100;

export interface LinkOptions extends SendOptions {
  /** It belongs to the message at hand: goes out after Ctrl+C too, until there is no more time for that. */
  readonly finishing?: boolean;
}

export interface LinkSignals {
  /** Nothing new is begun. */
  readonly stop: AbortSignal;
  /** Nothing is finished any more. */
  readonly hurry: AbortSignal;
}

/** The reply to a command that may be carried out twice; `again`: it was sent more than once. */
export interface RepeatedReply {
  readonly reply: RedisReply;
  readonly again: boolean;
}

/**
 * A worker's connection: while it is down the worker waits, and says so once. What may have left is never sent twice,
 * unless the caller allows it.
 */
export class RedisLink {
  private readonly outage = new Outage();
  /** What was said of it last. */
  private trouble: string | undefined;

  /** A `quiet` one leaves it to another link of the same worker to say that the connection is down. */
  constructor(
    private readonly connection: Connection,
    private readonly signals: LinkSignals,
    quiet = false,
  ) {
    if (quiet) return;
    connection.onDidChangeState((state) => {
      if (!signals.hurry.aborted) this.outage.take(state);
    });
  }

  /**
   * Sends a command as soon as there is a connection, again and again while Redis refuses it for a passing reason.
   * @throws {Failure} `cancelled` when stopped while waiting, `outcomeUnknown` when the reply was lost, or what
   * makes going on pointless, for example `wrongType`
   */
  async send(
    command: RedisCommand,
    { finishing = false, ...options }: LinkOptions = {},
  ): Promise<RedisReply> {
    const end = this.end(finishing);
    for (;;) {
      await this.ready(end);
      try {
        const reply = await this.connection.send(command, finishing ? { ...options, signal: end } : options);
        this.trouble = undefined;
        return reply;
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (error.code === 'unreachable') await pause(unreachableMs, end);
        else if (isPassing(error)) await this.waitOut(error, end);
        else throw error;
      }
    }
  }

  /** As {@link send}, for a command that changes nothing more when it is carried out twice: sent until a reply comes. */
  async repeat(command: RedisCommand, options: LinkOptions = {}): Promise<RepeatedReply> {
    for (let again = false; ; again = true) {
      try {
        return { reply: await this.send(command, options), again };
      } catch (error) {
        if (!isFailure(error) || !unanswered.has(error.code)) throw error;
        await pause(unreachableMs, this.end(options.finishing === true));
      }
    }
  }

  /** Waits; @throws {Failure} `cancelled` when the worker is stopped meanwhile. */
  pause(ms: number): Promise<void> {
    return pause(ms, this.signals.stop);
  }

  private end(finishing: boolean): AbortSignal {
    return finishing ? this.signals.hurry : this.signals.stop;
  }

  private async waitOut(failure: Failure, end: AbortSignal): Promise<void> {
    if (this.trouble !== failure.message) printWarning(failureText(failure));
    this.trouble = failure.message;
    await pause(retryMs, end);
  }

  private async ready(end: AbortSignal): Promise<void> {
    if (end.aborted) throw cancelled();
    if (this.connection.state.kind === 'ready') return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => settle(() => reject(cancelled()));
      const check = (state: ConnectionState): void => {
        if (state.kind === 'ready') settle(resolve);
        else if (state.kind === 'failed') settle(() => reject(state.cause));
      };
      const settle = (then: () => void): void => {
        unlisten();
        end.removeEventListener('abort', onAbort);
        then();
      };
      const unlisten = this.connection.onDidChangeState(check);
      end.addEventListener('abort', onAbort);
      if (this.connection.state.kind === 'idle') {
        // A failed first attempt goes on by itself; its cause comes as a state.
        this.connection.connect().catch(() => check(this.connection.state));
      } else {
        check(this.connection.state);
      }
    });
  }
}

function isPassing(failure: Failure): boolean {
  return passing.has(failure.code) || serverSaid(failure, passingWords);
}

/** Whether the server said that it does not know the command. */
export function isUnknownCommand(error: unknown): boolean {
  return serverSaid(error, /unknown command/i);
}

/** Whether the server does not know the command, or the user may not run it or not on these keys. */
export function isRefusedCommand(error: unknown): boolean {
  return isUnknownCommand(error) || (isFailure(error) && error.code === 'permission');
}

/** Whether the server refused something in these words. */
export function serverSaid(error: unknown, words: RegExp): error is Failure {
  return isFailure(error) && error.code === 'server' && words.test(String(error.cause ?? ''));
}

async function pause(ms: number, end: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal: end });
  } catch (error) {
    if (end.aborted) throw cancelled();
    throw error;
  }
}
