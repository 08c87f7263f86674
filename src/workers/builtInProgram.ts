import type { BuiltInWorkerConfig } from '../protocol/workerLease';
import type { RedisLink } from './redisLink';
import type { Tally } from './tally';

/** What a built-in program works with. */
export interface BuiltInRun {
  readonly config: BuiltInWorkerConfig;
  readonly tally: Tally;
  /** Aborted by Ctrl+C, or when the launcher is gone: the program takes nothing new, finishes what it has and ends. */
  readonly stop: AbortSignal;
  /** Aborted by a second Ctrl+C, or a while after SIGTERM: it drops what it has, and says so. */
  readonly hurry: AbortSignal;
  /**
   * Whether to begin with the next message: waits until the terminal has taken what was printed of the ones before, so
   * that a worker takes nothing that it cannot show. False once the worker is to stop.
   */
  goesOn(): Promise<boolean>;
  /**
   * A client with the worker's name, ended with the worker. One for a `purpose` beside the work has it added to its
   * name, and leaves it to the other to say when the connection is down.
   */
  connect(purpose?: string): RedisLink;
}

/** Resolves when the program has done what it was asked for, or was stopped. */
export type BuiltInProgram = (run: BuiltInRun) => Promise<void>;
