import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { bytes, integer, list } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { dueScore } from './dueScore';
import { printMessage, printNote, printTotals } from './output';
import { flagOption, keyOption, numberOption, onlyTarget, producerPush } from './workerConfig';

const batch = 100;
/** More of a message than its line shows. */
const shownBytes = 1_000;

/**
 * Moves what is due, oldest first, and answers with the beginnings of it: whole messages may be too much for a reply. One
 * script, so that of several schedulers one moves each. It pushes first: a push that is refused ends the script, and the
 * message is still in the set.
 */
const moveScript = `
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for place, message in ipairs(due) do
  redis.call(ARGV[3], KEYS[2], message)
  redis.call('ZREM', KEYS[1], message)
  due[place] = string.sub(message, 1, ARGV[4])
end
return due`;

/** Moves messages from a sorted set to the queue as soon as the time that is their score has come. */
export const scheduleDelayed: BuiltInProgram = async (run) => {
  const { config, tally, stop } = run;
  const queue = onlyTarget(config);
  const delayed = keyOption(config, 'delayed');
  const push = producerPush(config);
  const link = run.connect();
  let doubtful = 0;
  printNote(l10n.t('{0} → {1} {2} · moves what is due', displayBytes(delayed), push, displayBytes(queue)));
  try {
    while (await run.goesOn()) {
      const now = dueScore(config, Date.now());
      const move = ['EVAL', moveScript, 2, delayed, queue, now, batch, push, shownBytes] as const;
      const { reply, again } = await link.repeat(move);
      if (again) doubtful += 1;
      const moved = list(reply).map(bytes);
      for (const message of moved) {
        tally.add();
        printMessage('→', 'green', displayBytes(message), displayBytes(queue));
      }
      if (moved.length === batch) continue;
      if (flagOption(config, 'drain') && integer((await link.repeat(['ZCARD', delayed])).reply) === 0) break;
      await link.pause(numberOption(config, 'pollMs'));
    }
    if (!stop.aborted) printNote(l10n.t('nothing is left'));
  } finally {
    const doubt =
      doubtful === 0 ? '' : ` · ${l10n.t('{0} rounds with unknown outcome, not counted', doubtful)}`;
    printTotals(`${l10n.t('{0} moved', tally.done)} · ${tally.pace()}${doubt}`);
  }
};
