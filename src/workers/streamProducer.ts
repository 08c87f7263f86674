import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { bytes } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { produceSteadily } from './steadyProducer';
import { numberOption, onlyTarget, textOption } from './workerConfig';

/** Adds numbered entries with one field at a steady rate, by XADD. */
export const produceToStream: BuiltInProgram = (run) => {
  const { config } = run;
  const stream = onlyTarget(config);
  const field = textOption(config, 'field');
  const maxLength = numberOption(config, 'maxLength');
  const trim = maxLength === 0 ? [] : ['MAXLEN', '~', maxLength];
  return produceSteadily(run, {
    what: `XADD ${displayBytes(stream)}`,
    send: async (link, message) => {
      const id = bytes(await link.send(['XADD', stream, ...trim, '*', field, message]));
      return { tint: 'green', detail: displayBytes(id) };
    },
    total: (done) => l10n.t('{0} added', done),
  });
};
