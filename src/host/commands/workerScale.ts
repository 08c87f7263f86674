import * as vscode from 'vscode';
import { mostCopies } from '../../core/savedWorker';
import { isAlive } from '../../core/workerGroups';
import { groupDescription, groupLabel } from '../../core/workerWords';
import { askPick } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, Invocation } from '../commandRunner';
import { plainLabel } from '../plainText';
import { requireTrust } from '../requireTrust';
import { askCopies } from '../workers/askWorker';
import { startedGroup, type WorkerServices } from '../workers/workerCommand';
import type { WorkerService } from '../workers/workerService';

/** `{group, count}` → `{group, workers}` once so many copies run. More are started, or the last ones stopped and removed. */
export function workerScale({ workers }: WorkerServices): CommandHandler {
  return async (invocation) => {
    requireTrust();
    const group = await chosenGroup(workers, invocation, vscode.l10n.t('Scale which workers?'));
    const { interactive, args } = invocation;
    const given = args.count('count', 0, mostCopies);
    if (given === undefined && !interactive) throw missingArgument('count');
    const known = workers.group(group);
    const title = vscode.l10n.t('How many copies of {0}?', groupLabel(known));
    const count = given ?? (await askCopies(title, 0, known.workers.filter(isAlive).length));
    return scaled(workers, group, count);
  };
}

/** `{group}` → as `worker.scale`, to one copy more or less. */
export function workerScaleBy({ workers }: WorkerServices, difference: 1 | -1): CommandHandler {
  return async (invocation) => {
    requireTrust();
    const group = await chosenGroup(workers, invocation, vscode.l10n.t('Scale which workers?'));
    const alive = workers.group(group).workers.filter(isAlive).length;
    return scaled(workers, group, Math.min(mostCopies, Math.max(0, alive + difference)));
  };
}

/** The one group that a command acts on: its node's, `{group}`, else asked for. */
export async function chosenGroup(
  workers: WorkerService,
  { args, node, interactive }: Invocation,
  title: string,
): Promise<string> {
  const id = node?.kind === 'workerGroup' ? node.id : args.text('group');
  if (id !== undefined) return workers.group(id).id;
  if (!interactive) throw missingArgument('group');
  return askPick(
    title,
    workers.groups.map((group) => ({
      label: plainLabel(groupLabel(group)),
      description: groupDescription(group),
      value: group.id,
    })),
  );
}

async function scaled(workers: WorkerService, group: string, count: number) {
  const left = await workers.scale(group, count);
  return left === undefined ? { group, workers: [] } : startedGroup(left);
}
