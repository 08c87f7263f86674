import type { Failure } from './failure';

/** One argument of a Redis command. Buffers go out byte for byte; strings as UTF-8. */
export type RedisArgument = string | number | Buffer;

/** A Redis command as it goes over the wire, name first. */
export type RedisCommand = readonly [name: string, ...args: RedisArgument[]];

/** A Redis reply in its RESP2 shape, strings as bytes. */
export type RedisReply = null | number | Buffer | readonly RedisReply[];

/**
 * How long a reply may take, in ms, by the class of the command: `ordinary` commands touch little; those of the class
 * `bulk` move as much as the user decides, and get a second more for each MB that is sent.
 */
export function timeLimitMs(commandClass: 'ordinary' | 'bulk', bytesSent = 0): number {
  return commandClass === 'ordinary' ? 5_000 : 30_000 + Math.ceil(bytesSent / 1_000);
}

export interface SendOptions {
  /** How long to wait for the reply, in ms. Defaults to the ordinary class. */
  readonly timeoutMs?: number;
  /** Ends the waiting. What was sent by then is not taken back. */
  readonly signal?: AbortSignal;
}

/**
 * One way to one Redis. All operations of `core` speak through it.
 *
 * Neither method ever resends. Both reject with a {@link Failure}: `unreachable` when nothing left; when no reply came,
 * be it for a lost connection, a time limit or a signal, `outcomeUnknown` for a command that may have changed
 * something, else `timeout` or `cancelled`; otherwise a code after the server's own error.
 */
export interface CommandPort {
  send(command: RedisCommand, options?: SendOptions): Promise<RedisReply>;
  /** Sends all commands in one round trip. The answers are in order; a command that failed has its Failure in place. */
  sendAll(
    commands: readonly RedisCommand[],
    options?: SendOptions,
  ): Promise<readonly (RedisReply | Failure)[]>;
}
