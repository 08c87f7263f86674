import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { Failure } from '../../core/failure';
import { readSavedWorkers, savedDefinitions } from '../../core/savedWorker';
import { askPick } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, Invocation } from '../commandRunner';
import { plainLabel } from '../plainText';
import { requireTrust } from '../requireTrust';
import { setting } from '../settings';
import { savedDescription, savedIcon } from '../workers/savedItem';
import { startDefined } from '../workers/startDefined';
import type { WorkerServices } from '../workers/workerCommand';

/** `{name, confirmed?}` → `{groups: [{group, workers}]}` once all run: a saved worker, or all of a compound. */
export function workerRunSaved(services: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    const saved = readSavedWorkers(setting('workers'));
    const name = await chosenName(invocation);
    return { groups: await startDefined(services, invocation, savedDefinitions(saved, name)) };
  };
}

async function chosenName({ args, node, interactive }: Invocation): Promise<string> {
  const given = node !== undefined && 'saved' in node ? String(node.saved) : args.text('name');
  if (given !== undefined) return given;
  if (!interactive) throw missingArgument('name');
  const saved = readSavedWorkers(setting('workers'));
  if (saved.length === 0) {
    throw new Failure('notFound', vscode.l10n.t('No worker is saved yet.'), {
      hint: vscode.l10n.t(
        'Start one and choose "Save Worker…" on it, or fill the setting redisMessaging.workers.',
      ),
    });
  }
  return askPick(
    vscode.l10n.t('Run which saved worker?'),
    saved.map((each) => ({
      label: `$(${savedIcon(each)}) ${plainLabel(displayText(each.name))}`,
      description: plainLabel(savedDescription(each)),
      value: each.name,
    })),
  );
}
