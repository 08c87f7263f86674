import * as vscode from 'vscode';
import { isHeld } from '../../core/workerGroups';
import type { CommandHandler } from '../commandRunner';
import { chosenWorker, type WorkerServices } from '../workers/workerCommand';

/** `{id}` → `{}`. Lets the terminal of a worker go on that was held by Ctrl+S. */
export function workerResumeOutput({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    const title = vscode.l10n.t('Resume the output of which worker?');
    await workers.resumeOutput(await chosenWorker(workers, invocation, title, isHeld));
    return {};
  };
}
