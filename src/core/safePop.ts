import * as l10n from '@vscode/l10n';
import { type CommandPort, timeLimitMs } from './commandPort';
import { type Failure, isFailure } from './failure';
import { messageAt, type QueueEnd, requireName } from './queue';
import { bytesOrNil, integer, leavesOpen } from './redisReply';

/** A copy of a message, made before it is taken out. */
export interface JournalEntry {
  readonly connection: string;
  readonly queue: Buffer;
  readonly end: QueueEnd;
  readonly message: Buffer;
}

export type PopOutcome = 'popped' | 'moved' | 'empty' | 'unknown';

/** What became of a journaled message: `untouched` still lies in its queue, `moved` was taken by another consumer. */
export type JournalOutcome = 'popped' | 'moved' | 'untouched' | 'unknown';

/** Where copies of messages are kept until their fate is known, and after it. */
export interface PopJournal {
  /** Resolves with the entry's id once the copy is on disk. @throws {Failure} `journal`; nothing is popped then. */
  append(entry: JournalEntry): Promise<string>;
  /** Notes what became of an entry. @throws {Failure} `journal` */
  settle(id: string, outcome: JournalOutcome): Promise<void>;
}

export interface PopResult {
  /** What was taken, in order. */
  readonly messages: readonly Buffer[];
  /** Of the last attempt. `popped` with fewer messages than asked for: `cause` stopped it, and nothing else was taken. */
  readonly outcome: PopOutcome;
  /** With `unknown`: the message that was there. It may have been taken; its copy is in the journal. */
  readonly inDoubt?: Buffer;
  /** The server refused EVAL, so that the message was taken without the check that it is still the same one. */
  readonly unchecked: boolean;
  /** Why the outcome is unknown, or what stopped it before all was taken. */
  readonly cause?: Failure;
  /** What the journal does not say of the pop, since it could not be written by then. What was taken is in `messages`. */
  readonly warning?: Failure;
}

export interface PopOptions {
  /** How many messages to take. */
  readonly count?: number;
  /** The one message that the user agreed to take: any other stays, with the outcome `moved`. Goes with one message. */
  readonly expected?: Buffer;
}

/** Pops only if the element at that end is still the one that was copied. KEYS: queue. ARGV: command, index, message. */
const popIfSame = `
if redis.call('LINDEX', KEYS[1], ARGV[2]) ~= ARGV[3] then return 0 end
redis.call(ARGV[1], KEYS[1])
return 1`;

/**
 * Takes up to `count` messages so that none can be lost: look at the message (LINDEX), copy it into the journal, and
 * pop it by a script only if it is still the same one. A lost reply leaves the copy in the journal and the outcome
 * `unknown`; it is never tried again by itself, since an identical neighbour would match.
 *
 * @throws {Failure} when nothing was popped for a reason that is known. With messages already taken that reason is the
 * result's `cause` instead, so that they are not lost on the way.
 */
export async function safePop(
  port: CommandPort,
  journal: PopJournal,
  connection: string,
  queue: Buffer,
  end: QueueEnd,
  { count = 1, expected }: PopOptions = {},
): Promise<PopResult> {
  requireName(queue, l10n.t('queue'));
  const messages: Buffer[] = [];
  let unchecked = false;
  let warned: { warning?: Failure } = {};
  while (messages.length < count) {
    const target = { connection, queue, end };
    const one: PopOne | Failure = await popOne(port, journal, target, unchecked, expected).catch(toFailed);
    if (isFailure(one)) {
      if (messages.length === 0) throw one;
      return { messages, outcome: 'popped', unchecked, cause: one, ...warned };
    }
    unchecked = one.unchecked;
    if (one.warning !== undefined) warned = { warning: one.warning };
    if (one.outcome !== 'popped') return { ...one, messages, ...warned };
    messages.push(one.message);
  }
  return { messages, outcome: 'popped', unchecked, ...warned };
}

function toFailed(error: unknown): Failure {
  if (isFailure(error)) return error;
  throw error;
}

type PopOne =
  | {
      readonly outcome: 'popped';
      readonly message: Buffer;
      readonly unchecked: boolean;
      readonly warning?: Failure;
    }
  | {
      readonly outcome: 'moved' | 'empty' | 'unknown';
      readonly unchecked: boolean;
      readonly warning?: Failure;
      readonly inDoubt?: Buffer;
      readonly cause?: Failure;
    };

async function popOne(
  port: CommandPort,
  journal: PopJournal,
  target: Omit<JournalEntry, 'message'>,
  scriptsRefused: boolean,
  expected: Buffer | undefined,
): Promise<PopOne> {
  const message = await messageAt(port, target.queue, target.end);
  if (message === null) return { outcome: 'empty', unchecked: scriptsRefused };
  if (expected?.equals(message) === false) return { outcome: 'moved', unchecked: scriptsRefused };
  const id = await journal.append({ ...target, message });
  try {
    const result = scriptsRefused
      ? await popUnchecked(port, journal, target, message)
      : await popChecked(port, target, message);
    const taken = result.outcome === 'popped' && result.message.equals(message);
    return { ...result, ...(await note(journal, id, taken ? 'popped' : 'moved')) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.code === 'permission' && !scriptsRefused) {
      await note(journal, id, 'untouched');
      return popOne(port, journal, target, true, expected);
    }
    if (!leavesOpen(error)) {
      await note(journal, id, 'untouched');
      throw error;
    }
    const noted = await note(journal, id, 'unknown');
    return { outcome: 'unknown', unchecked: scriptsRefused, inDoubt: message, cause: error, ...noted };
  }
}

/** What happened stays so when it cannot be noted: the copy then stands in the journal without an outcome. */
async function note(
  journal: PopJournal,
  id: string,
  outcome: JournalOutcome,
): Promise<{ readonly warning?: Failure }> {
  try {
    await journal.settle(id, outcome);
    return {};
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { warning: error };
  }
}

async function popChecked(
  port: CommandPort,
  target: Omit<JournalEntry, 'message'>,
  message: Buffer,
): Promise<PopOne> {
  const [command, index] = target.end === 'head' ? ['LPOP', 0] : ['RPOP', -1];
  const reply = await port.send(['EVAL', popIfSame, 1, target.queue, command, index, message], {
    timeoutMs: timeLimitMs('bulk', message.length),
  });
  return integer(reply) === 1
    ? { outcome: 'popped', message, unchecked: false }
    : { outcome: 'moved', unchecked: false };
}

/** Without scripts a consumer may come between look and pop; what came out is then another message, and journaled too. */
async function popUnchecked(
  port: CommandPort,
  journal: PopJournal,
  target: Omit<JournalEntry, 'message'>,
  expected: Buffer,
): Promise<PopOne> {
  const command = target.end === 'head' ? 'LPOP' : 'RPOP';
  const popped = bytesOrNil(await port.send([command, target.queue], { timeoutMs: timeLimitMs('bulk') }));
  if (popped === null) return { outcome: 'empty', unchecked: true };
  const kept = popped.equals(expected) ? {} : await keep(journal, { ...target, message: popped });
  return { outcome: 'popped', message: popped, unchecked: true, ...kept };
}

/** The message has left the queue by now and must reach the user, with or without a copy. */
async function keep(journal: PopJournal, entry: JournalEntry): Promise<{ readonly warning?: Failure }> {
  try {
    return await note(journal, await journal.append(entry), 'popped');
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { warning: error };
  }
}
