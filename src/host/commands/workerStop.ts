import * as vscode from 'vscode';
import { isAlive } from '../../core/workerGroups';
import type { CommandHandler } from '../commandRunner';
import { chosenWorkers, type WorkerServices } from '../workers/workerCommand';

/** `{id}` or `{group}` → `{ended: [{id, code, signal}]}` when all have ended: SIGINT first, SIGTERM and SIGKILL if need be. */
export function workerStop({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    const ids = await chosenWorkers(workers, invocation, vscode.l10n.t('Stop which worker?'), isAlive);
    await workers.stop(ids);
    const ended = ids.map((id) => {
      const { state } = workers.find(id).worker;
      const { code, signal } = state.kind === 'ended' ? state.end : { code: null, signal: null };
      return { id, code, signal };
    });
    return { ended };
  };
}
