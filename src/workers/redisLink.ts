import { setTimeout as delay } from 'node:timers/promises';
import type { RedisCommand, RedisReply, SendOptions } from '../core/commandPort';
import type { Connection } from '../core/connection';
import type { ConnectionState } from '../core/connectionState';
import { cancelled, type Failure, type FailureCode, isFailure } from '../core/failure';
import { Outage } from './outage';
import { printWarning } from './output';

/** The server did nothing and may do it in a moment. */
const passing: ReadonlySet<FailureCode> = new Set(['loading', 'outOfMemory', 'readOnly']);
const retryMs = 1_000;
const unreachableMs = 100;

/**
 * A worker's connection: while it is down the worker waits, and says so once. What may have left is never sent twice.
 */
export class RedisLink {
  private readonly outage = new Outage();
  private trouble: FailureCode | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly stop: AbortSignal,
  ) {
    connection.onDidChangeState((state) => {
      if (!stop.aborted) this.outage.take(state);
    });
  }

  /**
   * Sends a command as soon as there is a connection, again and again while Redis refuses it for a passing reason.
   * @throws {Failure} `cancelled` when stopped while waiting, `outcomeUnknown` when the reply was lost, or what
   * makes going on pointless, for example `wrongType`
   */
  async send(command: RedisCommand, options?: SendOptions): Promise<RedisReply> {
    for (;;) {
      await this.ready();
      try {
        const reply = await this.connection.send(command, options);
        this.trouble = undefined;
        return reply;
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (error.code === 'unreachable') await this.pause(unreachableMs);
        else if (passing.has(error.code)) await this.waitOut(error);
        else throw error;
      }
    }
  }

  /** Waits; @throws {Failure} `cancelled` when the worker is stopped meanwhile. */
  async pause(ms: number): Promise<void> {
    try {
      await delay(ms, undefined, { signal: this.stop });
    } catch (error) {
      if (this.stop.aborted) throw cancelled();
      throw error;
    }
  }

  private async waitOut(failure: Failure): Promise<void> {
    if (this.trouble !== failure.code) printWarning(`${failure.message} ${failure.hint}`.trim());
    this.trouble = failure.code;
    await this.pause(retryMs);
  }

  private async ready(): Promise<void> {
    if (this.stop.aborted) throw cancelled();
    if (this.connection.state.kind === 'ready') return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => settle(() => reject(cancelled()));
      const check = (state: ConnectionState): void => {
        if (state.kind === 'ready') settle(resolve);
        else if (state.kind === 'failed') settle(() => reject(state.cause));
      };
      const settle = (then: () => void): void => {
        unlisten();
        this.stop.removeEventListener('abort', onAbort);
        then();
      };
      const unlisten = this.connection.onDidChangeState(check);
      this.stop.addEventListener('abort', onAbort);
      if (this.connection.state.kind === 'idle') {
        // A failed first attempt goes on by itself; its cause comes as a state.
        this.connection.connect().catch(() => check(this.connection.state));
      } else {
        check(this.connection.state);
      }
    });
  }
}
