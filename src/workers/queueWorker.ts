import * as l10n from '@vscode/l10n';
import { displayBytes } from '../core/displayText';
import type { BuiltInProgram, BuiltInRun } from './builtInProgram';
import { duration, printMessage, printWarning } from './output';
import { consumeQueues } from './queueConsumer';
import { simulateWork } from './simulatedWork';
import { onlyTarget, textOption } from './workerConfig';

/** Takes messages one by one by BRPOP (BLPOP where the queue is consumed from its head) and works on each for a while. */
export const workOnQueue: BuiltInProgram = (run) =>
  consumeQueues(run, {
    queues: [onlyTarget(run.config)],
    polling: textOption(run.config, 'take') === 'polling',
    handle: ({ message }) => workAndTell(run, message),
  });

/**
 * Works on a message that nobody else has. `from` says where it came from, when that is not plain. Where there is no time
 * for the work, or it fails, the line names the message, since it is lost.
 */
export async function workAndTell(run: BuiltInRun, message: Buffer, from = ''): Promise<void> {
  const started = performance.now();
  const shown = displayBytes(message);
  switch (await simulateWork(run, message, { dropping: l10n.t('drops it') })) {
    case 'dropped':
      printWarning(l10n.t('taken and not finished: {0}', shown));
      return;
    case 'failed':
      run.tally.fail();
      printMessage('✗', 'red', shown, `${from}${l10n.t('failed, and lost: it had left the queue')}`);
      return;
    case 'done':
      run.tally.add();
      printMessage('✓', 'green', shown, `${from}${duration(performance.now() - started)}`);
  }
}
