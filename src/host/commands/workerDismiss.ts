import * as vscode from 'vscode';
import { isAlive, type Worker } from '../../core/workerGroups';
import type { CommandHandler } from '../commandRunner';
import { chosenWorkers, type WorkerServices } from '../workers/workerCommand';

/** `{id}` or `{group}` → `{}`. Removes what has ended from the view, and closes its terminals. */
export function workerDismiss({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    const ended = (worker: Worker): boolean => !isAlive(worker);
    const title = vscode.l10n.t('Dismiss which worker?');
    const everything = (count: number): string => vscode.l10n.t('All {0} that have ended', count);
    workers.dismiss(await chosenWorkers(workers, invocation, title, ended, everything));
    return {};
  };
}
