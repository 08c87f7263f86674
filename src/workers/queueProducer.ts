import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { isFailure } from '../core/failure';
import { integer } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { printMessage, printNote, printTotals, printWarning } from './output';
import { Pace } from './pace';
import { numberedMessage, numberOption, onlyTarget, textOption } from './workerConfig';

/** Pushes numbered messages at a steady rate, by LPUSH (RPUSH where the queue is consumed from its head). */
export const produceToQueue: BuiltInProgram = async ({ config, tally, connect }) => {
  const queue = onlyTarget(config);
  const rate = numberOption(config, 'rate');
  const count = numberOption(config, 'count');
  const template = textOption(config, 'message');
  const command = textOption(config, 'consume') === 'head' ? 'RPUSH' : 'LPUSH';
  const link = connect();
  const pace = new Pace(rate);
  let unknown = 0;
  printNote(
    count === 0
      ? l10n.t('{0} {1} · {2}/s until Ctrl+C', command, displayBytes(queue), rate)
      : l10n.t('{0} {1} · {2} messages at {3}/s', command, displayBytes(queue), count, rate),
  );
  try {
    for (let n = 1; count === 0 || n <= count; n++) {
      await link.pause(pace.waitMs());
      const message = numberedMessage(template, n);
      try {
        const length = integer(await link.send([command, queue, message]));
        tally.add();
        printMessage('→', 'green', displayBytes(message), l10n.t('length {0}', length));
      } catch (error) {
        if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
        unknown += 1;
        printWarning(l10n.t('outcome unknown, not sent again: {0}', displayBytes(message)));
      }
    }
  } finally {
    const doubt = unknown === 0 ? '' : ` · ${l10n.t('{0} with unknown outcome', unknown)}`;
    printTotals(`${l10n.t('{0} pushed', tally.done)} · ${tally.pace()}${doubt}`);
  }
};
