import { displayBytes } from '../core/displayText';
import type { BuiltInProgram } from './builtInProgram';
import { consumeQueues } from './queueConsumer';
import { workAndTell } from './queueWorker';
import { allTargets } from './workerConfig';

/** Takes from several queues by one BRPOP (BLPOP), always from the first in order that holds a message. */
export const workByPriority: BuiltInProgram = (run) =>
  consumeQueues(run, {
    queues: allTargets(run.config),
    polling: false,
    handle: ({ queue, message }) => workAndTell(run, message, `${displayBytes(queue)} · `),
  });
