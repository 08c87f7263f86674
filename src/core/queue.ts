import * as l10n from '@vscode/l10n';
import { type CommandPort, type SendOptions, timeLimitMs } from './commandPort';
import { Failure, isFailure } from './failure';
import { bytes, bytesOrNil, integer, leavesOpen, list, settled } from './redisReply';

/** An end of a Redis list: `head` is index 0 (LPUSH, LPOP), `tail` is index -1 (RPUSH, RPOP). */
export type QueueEnd = 'head' | 'tail';

/** Messages that go out with one LPUSH or RPUSH. */
const pushBatch = 1_000;

/** @throws {Failure} `argument` when a queue, channel or stream name is empty. */
export function requireName(name: Buffer, what: string): void {
  if (name.length > 0) return;
  throw new Failure('argument', l10n.t('The {0} name is empty.', what), {
    hint: l10n.t('Give a name; nothing was sent.'),
  });
}

/**
 * Puts messages on a queue, in order, by LPUSH or RPUSH. Returns the queue's length afterwards.
 * @throws {Failure} `outcomeUnknown` when the reply was lost: the messages may have been added, and are not sent again.
 */
export async function push(
  port: CommandPort,
  queue: Buffer,
  messages: readonly Buffer[],
  end: QueueEnd,
  options: SendOptions = {},
): Promise<number> {
  requireName(queue, l10n.t('queue'));
  if (messages.length === 0) throw new Failure('argument', l10n.t('There is no message to push.'));
  const command = end === 'head' ? 'LPUSH' : 'RPUSH';
  let length = 0;
  for (let start = 0; start < messages.length; start += pushBatch) {
    try {
      const batch = messages.slice(start, start + pushBatch);
      const timeoutMs = timeLimitMs('bulk', totalBytes(batch));
      length = integer(await port.send([command, queue, ...batch], { timeoutMs, ...options }));
    } catch (error) {
      throw explainPush(error, start, messages.length);
    }
  }
  return length;
}

/** Size of several messages, in bytes. */
export function totalBytes(messages: readonly Buffer[]): number {
  return messages.reduce((sum, { length }) => sum + length, 0);
}

function explainPush(error: unknown, pushed: number, all: number): unknown {
  if (!isFailure(error)) return error;
  const before = pushed === 0 ? '' : ` ${l10n.t('{0} of {1} messages were pushed before.', pushed, all)}`;
  if (leavesOpen(error)) {
    return new Failure(
      'outcomeUnknown',
      l10n.t('The push may or may not have happened: {0}', error.message) + before,
      {
        hint: l10n.t('Look into the queue before you push again; nothing is resent by itself.'),
        cause: error,
      },
    );
  }
  return before === ''
    ? error
    : new Failure(error.code, error.message + before, { hint: error.hint, cause: error });
}

/** Some messages of a queue, as they lie there. */
export interface Peek {
  /** In the order of consumption, the next first. */
  readonly messages: readonly Buffer[];
  /** Length of the queue at the same moment; the messages that were seen where the user may not run LLEN. */
  readonly length: number;
  /** Fewer messages than asked for, since more would have exceeded the byte budget. */
  readonly cut: boolean;
}

export interface PeekOptions extends SendOptions {
  /** Distance from the end that is consumed next; 0 is the next message. */
  readonly offset?: number;
  readonly count?: number;
  /** Stop after about this many bytes, since LRANGE itself knows no limit. */
  readonly byteBudget?: number;
}

/**
 * Looks at messages without taking them, by LRANGE in growing steps: the first step reads one message, and each next
 * step only as many as the average size so far lets hope to fit the budget.
 */
export async function peek(
  port: CommandPort,
  queue: Buffer,
  consume: QueueEnd,
  options: PeekOptions = {},
): Promise<Peek> {
  requireName(queue, l10n.t('queue'));
  const { offset = 0, count = 1, byteBudget = 4_194_304, ...send } = options;
  const messages: Buffer[] = [];
  let size = 0;
  let length = 0;
  let step = 1;
  while (messages.length < count) {
    const from = offset + messages.length;
    const to = Math.min(from + step, offset + count) - 1;
    const [lengthReply, rangeReply] = await port.sendAll(
      [['LLEN', queue], rangeCommand(queue, consume, from, to)],
      {
        timeoutMs: timeLimitMs('bulk'),
        ...send,
      },
    );
    const mayCount = !(isFailure(lengthReply) && lengthReply.code === 'permission');
    const page = list(settled(rangeReply)).map(bytes);
    if (consume === 'tail') page.reverse();
    messages.push(...page);
    length = mayCount ? integer(settled(lengthReply)) : offset + messages.length;
    size += totalBytes(page);
    if (page.length <= to - from) return { messages, length, cut: false };
    const average = Math.max(1, size / messages.length);
    step = Math.floor((byteBudget - size) / average);
    if (step < 1) return { messages, length, cut: messages.length < count };
  }
  return { messages, length, cut: false };
}

function rangeCommand(queue: Buffer, consume: QueueEnd, from: number, to: number) {
  return consume === 'head'
    ? (['LRANGE', queue, from, to] as const)
    : (['LRANGE', queue, -to - 1, -from - 1] as const);
}

/** The message at one end, or null when the queue is empty, by LINDEX. */
export async function messageAt(port: CommandPort, queue: Buffer, end: QueueEnd): Promise<Buffer | null> {
  const index = end === 'head' ? 0 : -1;
  return bytesOrNil(await port.send(['LINDEX', queue, index], { timeoutMs: timeLimitMs('bulk') }));
}
