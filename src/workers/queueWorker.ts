import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { Failure, isFailure } from '../core/failure';
import { bytes, list } from '../core/redisReply';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { duration, printMessage, printNote, printTotals, printWarning } from './output';
import type { RedisLink } from './redisLink';
import { numberOption, onlyTarget, textOption } from './workerConfig';

/** Redis answers nil after this long, in seconds, so that Ctrl+C is heard between two pops and no message is cut off. */
const blockSeconds = 1;
/** A reply that comes late still carries a message: only a dead connection, found by its heartbeat, ends the wait. */
const replyLimitMs = 60_000;

/** Takes messages one by one by BRPOP (BLPOP where the queue is consumed from its head) and works on each for a while. */
export const workOnQueue: BuiltInProgram = async (run) => {
  const { config, tally, stop } = run;
  const queue = onlyTarget(config);
  const command = textOption(config, 'consume') === 'head' ? 'BLPOP' : 'BRPOP';
  const link = run.connect();
  let unknown = 0;
  printNote(l10n.t('{0} {1} · waits for messages until Ctrl+C', command, displayBytes(queue)));
  try {
    while (!stop.aborted) {
      try {
        const message = await pop(link, command, queue);
        if (message !== undefined) await work(run, message);
      } catch (error) {
        if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
        unknown += 1;
        printWarning(l10n.t('outcome unknown: a message may have been taken and lost with the connection'));
      }
    }
  } finally {
    const doubt = unknown === 0 ? '' : ` · ${l10n.t('{0} pops with unknown outcome', unknown)}`;
    printTotals(`${l10n.t('{0} processed', tally.done)} · ${tally.pace()}${doubt}`);
  }
};

/** The next message, or undefined when none came within a second. */
async function pop(link: RedisLink, command: string, queue: Buffer): Promise<Buffer | undefined> {
  const reply = await link.send([command, queue, blockSeconds], { timeoutMs: replyLimitMs });
  if (reply === null) return undefined;
  const message = list(reply)[1];
  if (message === undefined)
    throw new Failure('notRedis', l10n.t('{0} answered without a message.', command));
  return bytes(message);
}

/**
 * A message once taken is finished even when Ctrl+C comes meanwhile, since nobody else has it. Where there is no time
 * for that, the line names it.
 */
async function work({ config, tally, stop, hurry }: BuiltInRun, message: Buffer): Promise<void> {
  const started = performance.now();
  const onStop = (): void =>
    printNote(l10n.t('finishing {0} (Ctrl+C again drops it)', displayBytes(message)));
  stop.addEventListener('abort', onStop, { once: true });
  try {
    await delay(numberOption(config, 'workMs'), undefined, { signal: hurry });
  } catch (error) {
    if (!hurry.aborted) throw error;
    printWarning(l10n.t('taken and not finished: {0}', displayBytes(message)));
    return;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
  tally.add();
  printMessage('✓', 'green', displayBytes(message), duration(performance.now() - started));
}
