import * as vscode from 'vscode';
import type { CommandHandler } from '../commandRunner';
import { chosenWorker, type WorkerServices } from '../workers/workerCommand';

/** `{id}` → `{}`. Shows the worker's terminal with the focus in it. */
export function workerShowTerminal({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    workers.showTerminal(await chosenWorker(workers, invocation, vscode.l10n.t('Show which terminal?')));
    return {};
  };
}
