import { isAlive } from '../../core/workerGroups';
import type { CommandHandler } from '../commandRunner';
import type { WorkerServices } from '../workers/workerCommand';

/** `{}` → `{stopped}`, the number of workers that ran, once all have ended. */
export function workerStopAll({ workers }: WorkerServices): CommandHandler {
  return async () => {
    const running = workers.groups.flatMap((group) => group.workers.filter(isAlive).map(({ id }) => id));
    await workers.stop(running);
    return { stopped: running.length };
  };
}
