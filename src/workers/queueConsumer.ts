import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { Failure, isFailure } from '../core/failure';
import { bytes, bytesOrNil, list } from '../core/redisReply';
import type { BuiltInRun } from './builtInProgram';
import { printNote, printTotals, printWarning } from './output';
import type { RedisLink } from './redisLink';
import { consumedSide, flagOption, numberOption } from './workerConfig';

/** Redis answers nil after this long, in seconds, so that Ctrl+C is heard between two pops and no message is cut off. */
export const blockSeconds = 1;
/** A reply that comes late still carries a message: only a dead connection, found by its heartbeat, ends the wait. */
export const replyLimitMs = 60_000;

export interface Taken {
  readonly queue: Buffer;
  readonly message: Buffer;
}

export interface Consumption {
  /** The first that holds a message is taken from. */
  readonly queues: readonly Buffer[];
  /** Asks from time to time by LPOP or RPOP instead of waiting by BLPOP or BRPOP. */
  readonly polling: boolean;
  /** Works on what was taken. It is off the queue already. */
  handle(taken: Taken, link: RedisLink): Promise<void>;
}

/** Takes messages one by one until Ctrl+C, or until there are none where the worker drains. */
export async function consumeQueues(run: BuiltInRun, consumption: Consumption): Promise<void> {
  const { config, tally, stop } = run;
  const link = run.connect();
  const drain = flagOption(config, 'drain');
  const asks = drain || consumption.polling;
  const command = `${asks ? '' : 'B'}${consumedSide(config)}POP`;
  let unknown = 0;
  printNote(announcement(command, consumption.queues, drain));
  try {
    while (await run.goesOn()) {
      try {
        const { queues } = consumption;
        const taken = asks ? await popNow(link, command, queues) : await popWaiting(link, command, queues);
        if (taken !== undefined) await handleNamed(consumption, taken, link);
        else if (drain) break;
        else if (asks) await link.pause(numberOption(config, 'pollMs'));
      } catch (error) {
        if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
        unknown += 1;
        printWarning(l10n.t('outcome unknown: a message may have been taken and lost with the connection'));
      }
    }
    if (!stop.aborted) printNote(l10n.t('nothing is left'));
  } finally {
    const doubt = unknown === 0 ? '' : ` · ${l10n.t('{0} pops with unknown outcome', unknown)}`;
    printTotals(`${l10n.t('{0} processed', tally.done)} · ${tally.pace()}${tally.failed()}${doubt}`);
  }
}

/** Names the message where work on it cannot go on: nobody else has it. */
async function handleNamed({ handle }: Consumption, taken: Taken, link: RedisLink): Promise<void> {
  try {
    await handle(taken, link);
  } catch (error) {
    printWarning(l10n.t('taken and not finished: {0}', displayBytes(taken.message)));
    throw error;
  }
}

function announcement(command: string, queues: readonly Buffer[], drain: boolean): string {
  const names = queues.map((queue) => displayBytes(queue)).join(' ');
  return drain
    ? l10n.t('{0} {1} · until nothing is left', command, names)
    : l10n.t('{0} {1} · waits for messages until Ctrl+C', command, names);
}

/** The next message, or undefined when none came within a second. */
async function popWaiting(
  link: RedisLink,
  command: string,
  queues: readonly Buffer[],
): Promise<Taken | undefined> {
  const reply = await link.send([command, ...queues, blockSeconds], { timeoutMs: replyLimitMs });
  if (reply === null) return undefined;
  const [queue, message] = list(reply);
  if (queue === undefined || message === undefined)
    throw new Failure('notRedis', l10n.t('{0} answered without a message.', command));
  return { queue: bytes(queue), message: bytes(message) };
}

async function popNow(
  link: RedisLink,
  command: string,
  queues: readonly Buffer[],
): Promise<Taken | undefined> {
  for (const queue of queues) {
    const message = bytesOrNil(await link.send([command, queue], { timeoutMs: replyLimitMs }));
    if (message !== null) return { queue, message };
  }
  return undefined;
}
