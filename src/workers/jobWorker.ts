import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { JobRecord } from './jobRecord';
import { duration, printMessage, printWarning } from './output';
import { consumeQueues } from './queueConsumer';
import type { RedisLink } from './redisLink';
import { simulateWork } from './simulatedWork';
import { onlyTarget, textOption } from './workerConfig';

/**
 * Takes ids of jobs off the queue and keeps the status in each job's hash: pending, processing, then sent or failed. An id
 * that was taken is on no list any more; a worker that dies in mid-work leaves the status `processing` behind.
 */
export const workOnJobs: BuiltInProgram = (run) =>
  consumeQueues(run, {
    queues: [onlyTarget(run.config)],
    polling: textOption(run.config, 'take') === 'polling',
    handle: ({ message }, link) => workOnJob(run, link, message),
  });

async function workOnJob(run: BuiltInRun, link: RedisLink, id: Buffer): Promise<void> {
  const { config, tally } = run;
  const started = performance.now();
  const record = new JobRecord(link, config, id);
  const shown = displayBytes(id);
  const payload = await record.begin();
  if (payload === undefined) {
    tally.fail();
    printWarning(l10n.t('no job {0}: there is no hash {1}', shown, record.shownKey));
    return;
  }
  const line = payload === '' ? shown : `${shown}  ${payload}`;
  switch (await simulateWork(run, id, { dropping: l10n.t('drops it') })) {
    case 'dropped':
      printWarning(l10n.t('taken and not finished: {0}', shown));
      return;
    case 'failed':
      tally.fail();
      printMessage('✗', 'red', line, await record.end('failed'));
      return;
    case 'done': {
      const status = await record.done();
      const became = (await record.tidyUp()) ?? status;
      tally.add();
      printMessage('✓', 'green', line, `${became} · ${duration(performance.now() - started)}`);
    }
  }
}
