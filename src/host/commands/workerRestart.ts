import * as vscode from 'vscode';
import type { CommandHandler } from '../commandRunner';
import { requireTrust } from '../requireTrust';
import { chosenWorker, startedWorker, type WorkerServices } from '../workers/workerCommand';

/** `{id}` → `{id, name, pid}` once it runs again: in the same place of its group, in a new terminal. */
export function workerRestart({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    const id = await chosenWorker(workers, invocation, vscode.l10n.t('Restart which worker?'));
    const worker = await workers.restart(id);
    return startedWorker(workers.find(id).group, worker);
  };
}
