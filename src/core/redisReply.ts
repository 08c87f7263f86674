import * as l10n from '@vscode/l10n';
import type { RedisReply } from './commandPort';
import { Failure, isFailure } from './failure';

function unexpected(expected: string, reply: RedisReply): Failure {
  const got =
    reply === null
      ? 'nil'
      : Array.isArray(reply)
        ? 'array'
        : Buffer.isBuffer(reply)
          ? 'string'
          : typeof reply;
  return new Failure('notRedis', l10n.t('The server answered {0} where Redis answers {1}.', got, expected), {
    hint: l10n.t('Check that the address is that of a Redis-compatible server.'),
  });
}

/** Whether it leaves open what became of a command that was sent: no reply came, or none that Redis gives to it. */
export function leavesOpen({ code }: Failure): boolean {
  return code === 'outcomeUnknown' || code === 'notRedis';
}

/** A reply out of a pipeline: rethrows the failure that stands in its place. */
export function settled(reply: RedisReply | Failure | undefined): RedisReply {
  if (isFailure(reply)) throw reply;
  return reply ?? null;
}

/** An integer reply. @throws {Failure} `notRedis` on any other type. */
export function integer(reply: RedisReply): number {
  if (typeof reply === 'number') return reply;
  throw unexpected('integer', reply);
}

/** A bulk string reply, or null for nil. @throws {Failure} `notRedis` on any other type. */
export function bytesOrNil(reply: RedisReply): Buffer | null {
  if (reply === null || Buffer.isBuffer(reply)) return reply;
  throw unexpected('string', reply);
}

/** A bulk string reply. @throws {Failure} `notRedis` on any other type. */
export function bytes(reply: RedisReply): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw unexpected('string', reply);
}

/** An array reply. @throws {Failure} `notRedis` on any other type. */
export function list(reply: RedisReply): readonly RedisReply[] {
  if (Array.isArray(reply)) return reply as readonly RedisReply[];
  throw unexpected('array', reply);
}
