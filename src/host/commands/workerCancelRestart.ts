import * as vscode from 'vscode';
import type { CommandHandler } from '../commandRunner';
import { chosenWorkers, type WorkerServices } from '../workers/workerCommand';

/** `{id}` or `{group}` → `{}`. A worker that crashed and waits for its restart stays ended. */
export function workerCancelRestart({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    const title = vscode.l10n.t('Cancel which restart?');
    const ids = await chosenWorkers(workers, invocation, title, ({ state }) => state.kind === 'waiting');
    await workers.stop(ids.filter((id) => workers.find(id).worker.state.kind === 'waiting'));
    return {};
  };
}
