import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import { integer } from '../core/redisReply';
import type { BuiltInProgram } from './builtInProgram';
import { dueScore } from './dueScore';
import { duration } from './output';
import { produceSteadily } from './steadyProducer';
import { keyOption, numberOption, onlyTarget, producerPush } from './workerConfig';

/**
 * Pushes numbered messages at a steady rate, by LPUSH (RPUSH where the queue is consumed from its head). With a delay they
 * go by ZADD to the sorted set from which the delayed scheduler moves them to the queue.
 */
export const produceToQueue: BuiltInProgram = (run) => {
  const { config } = run;
  const total = (done: number): string => l10n.t('{0} pushed', done);
  const delayMs = numberOption(config, 'delaySeconds') * 1_000;
  if (delayMs > 0) {
    const delayed = keyOption(config, 'delayed');
    return produceSteadily(run, {
      what: `ZADD ${displayBytes(delayed)}`,
      send: async (link, message) => {
        const score = dueScore(config, Date.now() + delayMs);
        const added = integer(await link.send(['ZADD', delayed, score, message]));
        const due = l10n.t('due in {0}', duration(delayMs));
        if (added === 1) return { tint: 'green', detail: due };
        return { tint: 'yellow', detail: l10n.t('was there already, now {0}', due) };
      },
      total,
    });
  }
  const queue = onlyTarget(config);
  const command = producerPush(config);
  return produceSteadily(run, {
    what: `${command} ${displayBytes(queue)}`,
    send: async (link, message) => {
      const length = integer(await link.send([command, queue, message]));
      return { tint: 'green', detail: l10n.t('length {0}', length) };
    },
    total,
  });
};
