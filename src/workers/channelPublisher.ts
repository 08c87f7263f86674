import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { integer } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { produceSteadily } from './steadyProducer';
import { onlyTarget } from './workerConfig';

/** Publishes numbered messages at a steady rate by PUBLISH, and says how many received each. */
export const publishToChannel: BuiltInProgram = (run) => {
  const channel = onlyTarget(run.config);
  let unheard = 0;
  return produceSteadily(run, {
    what: `PUBLISH ${displayBytes(channel)}`,
    send: async (link, message) => {
      const receivers = integer(await link.send(['PUBLISH', channel, message]));
      if (receivers === 0) unheard += 1;
      return { tint: receivers === 0 ? 'yellow' : 'green', detail: receiversText(receivers) };
    },
    total: (done) => l10n.t('{0} published', done),
    remarks: () => (unheard === 0 ? '' : ` · ${l10n.t('{0} heard by nobody', unheard)}`),
  });
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
