import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { integer } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { produceSteadily } from './steadyProducer';
import { onlyTarget, producerPush, templateOption, textOption } from './workerConfig';

/**
 * Makes jobs at a steady rate: first the hash `<prefix><id>` with status, payload and time, then the id on the queue, so
 * that no worker finds an id without its hash.
 */
export const produceJobs: BuiltInProgram = (run) => {
  const { config } = run;
  const queue = onlyTarget(config);
  const prefix = textOption(config, 'prefix');
  const ids = templateOption(config, 'id');
  const command = producerPush(config);
  return produceSteadily(run, {
    what: `HSET ${displayBytes(Buffer.from(prefix))}… · ${command} ${displayBytes(queue)}`,
    send: async (link, message, n) => {
      const id = ids.message(n);
      const key = Buffer.concat([Buffer.from(prefix), id]);
      const created = new Date().toISOString();
      await link.send(['HSET', key, 'status', 'pending', 'payload', message, 'created_at', created]);
      const length = integer(await link.send([command, queue, id], { finishing: true }));
      return { tint: 'green', detail: l10n.t('job {0} · length {1}', displayBytes(id), length) };
    },
    total: (done) => l10n.t('{0} pushed', done),
  });
};
