import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { isFailure } from '../core/failure';
import { integer } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { printMessage, printNote, printTotals, printWarning } from './output';
import { Pace } from './pace';
import { numberedMessage, numberOption, onlyTarget, textOption } from './workerConfig';

/** Publishes numbered messages at a steady rate by PUBLISH, and says how many received each. */
export const publishToChannel: BuiltInProgram = async ({ config, tally, connect }) => {
  const channel = onlyTarget(config);
  const rate = numberOption(config, 'rate');
  const count = numberOption(config, 'count');
  const template = textOption(config, 'message');
  const link = connect();
  const pace = new Pace(rate);
  let unheard = 0;
  let unknown = 0;
  printNote(
    count === 0
      ? l10n.t('{0} {1} · {2}/s until Ctrl+C', 'PUBLISH', displayBytes(channel), rate)
      : l10n.t('{0} {1} · {2} messages at {3}/s', 'PUBLISH', displayBytes(channel), count, rate),
  );
  try {
    for (let n = 1; count === 0 || n <= count; n++) {
      await link.pause(pace.waitMs());
      const message = numberedMessage(template, n);
      try {
        const receivers = integer(await link.send(['PUBLISH', channel, message]));
        tally.add();
        if (receivers === 0) unheard += 1;
        printMessage(
          '→',
          receivers === 0 ? 'yellow' : 'green',
          displayBytes(message),
          receiversText(receivers),
        );
      } catch (error) {
        if (!isFailure(error) || error.code !== 'outcomeUnknown') throw error;
        unknown += 1;
        printWarning(l10n.t('outcome unknown, not sent again: {0}', displayBytes(message)));
      }
    }
  } finally {
    const lost = unheard === 0 ? '' : ` · ${l10n.t('{0} heard by nobody', unheard)}`;
    const doubt = unknown === 0 ? '' : ` · ${l10n.t('{0} with unknown outcome', unknown)}`;
    printTotals(`${l10n.t('{0} published', tally.done)} · ${tally.pace()}${lost}${doubt}`);
  }
};

function receiversText(receivers: number): string {
  switch (receivers) {
    case 0:
      return l10n.t('nobody was listening, so Redis discarded it');
    case 1:
      return l10n.t('1 receiver');
    default:
      return l10n.t('{0} receivers', receivers);
  }
}
