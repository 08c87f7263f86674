import type { Failure } from './failure';

/** One argument of a Redis command. Buffers go out byte for byte; strings as UTF-8. */
export type RedisArgument = string | number | Buffer;

/** A Redis command as it goes over the wire, name first. */
export type RedisCommand = readonly [name: string, ...args: RedisArgument[]];

/** A Redis reply in its RESP2 shape, strings as bytes. */
export type RedisReply = null | number | Buffer | readonly RedisReply[];

export interface SendOptions {
  /** How long to wait for the reply, in ms. Defaults to the ordinary class, 5,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * One way to one Redis. All operations of `core` speak through it.
 *
 * Neither method ever resends. Both reject with a {@link Failure}: `unreachable` when nothing left, `outcomeUnknown`
 * when bytes left and no reply came, otherwise a code after the server's own error.
 */
export interface CommandPort {
  send(command: RedisCommand, options?: SendOptions): Promise<RedisReply>;
  /** Sends all commands in one round trip. The answers are in order; a command that failed has its Failure in place. */
  sendAll(
    commands: readonly RedisCommand[],
    options?: SendOptions,
  ): Promise<readonly (RedisReply | Failure)[]>;
}
