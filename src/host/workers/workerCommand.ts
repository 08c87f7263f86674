import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import type { Worker, WorkerGroup } from '../../core/workerGroups';
import { programName } from '../../core/workerProgram';
import { groupDescription, groupLabel, workerDescription } from '../../core/workerWords';
import { askPick } from '../ask';
import { missingArgument } from '../commandArguments';
import type { Invocation } from '../commandRunner';
import { plainLabel } from '../plainText';
import type { Services } from '../services';
import type { WorkerService } from './workerService';

/** What the worker commands work with. */
export type WorkerServices = Pick<Services, 'connections' | 'models'> & { readonly workers: WorkerService };

/** A worker as commands give it to their callers. */
export interface StartedWorker {
  readonly id: string;
  readonly name: string;
  readonly pid?: number;
}

export interface StartedGroup {
  readonly group: string;
  readonly workers: readonly StartedWorker[];
}

export function startedGroup(group: WorkerGroup): StartedGroup {
  return { group: group.id, workers: group.workers.map((worker) => startedWorker(group, worker)) };
}

export function startedWorker(group: WorkerGroup, worker: Worker): StartedWorker {
  const name = `${programName(group.program)} #${worker.number}`;
  const { id, state } = worker;
  return state.kind === 'running' ? { id, name, pid: state.pid } : { id, name };
}

/** Those workers that a command can act on. */
export type Fitting = (worker: Worker) => boolean;

/** The one worker that a command acts on: its node's, `{id}`, else asked for. @throws {Failure} `notFound`, `cancelled` */
export async function chosenWorker(
  workers: WorkerService,
  { args, node, interactive }: Invocation,
  title: string,
  fitting: Fitting = () => true,
): Promise<string> {
  const id = node?.kind === 'worker' ? node.id : args.text('id');
  if (id !== undefined) return id;
  if (!interactive) throw missingArgument('id');
  const items = workers.groups.flatMap((group) => workerItems(group, fitting));
  return askPick(title, nonEmpty(items));
}

/**
 * As {@link chosenWorker}, for commands that also act on whole groups: by their node or `{group}`.
 * @param everything what the pick calls all that fit, where it shall offer them at once
 */
export async function chosenWorkers(
  workers: WorkerService,
  { args, node, interactive }: Invocation,
  title: string,
  fitting: Fitting,
  everything?: (count: number) => string,
): Promise<readonly string[]> {
  const group = node?.kind === 'workerGroup' ? node.id : args.text('group');
  if (group !== undefined) return workers.group(group).workers.map(({ id }) => id);
  const id = node?.kind === 'worker' ? node.id : args.text('id');
  if (id !== undefined) return [workers.find(id).worker.id];
  if (!interactive) throw missingArgument('id');
  const items = workers.groups.flatMap((each) => {
    const single = workerItems(each, fitting).map((item) => ({ ...item, value: [item.value] }));
    const whole = {
      label: plainLabel(groupLabel(each)),
      description: groupDescription(each),
      value: single.flatMap(({ value }) => value),
    };
    return single.length > 1 ? [whole, ...single] : single;
  });
  const all = workers.groups.flatMap((each) => each.workers.filter(fitting).map((worker) => worker.id));
  const first =
    everything === undefined || all.length < 2 ? [] : [{ label: everything(all.length), value: all }];
  return askPick<readonly string[]>(title, [...first, ...nonEmpty(items)]);
}

function workerItems(
  group: WorkerGroup,
  fitting: Fitting,
): { label: string; description: string; value: string }[] {
  return group.workers.filter(fitting).map((worker) => ({
    label: plainLabel(`${groupLabel(group)} #${worker.number}`),
    description: plainLabel(workerDescription(group, worker, Date.now())),
    value: worker.id,
  }));
}

function nonEmpty<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length > 0) return items;
  throw new Failure('notFound', vscode.l10n.t('There is no such worker.'), {
    hint: vscode.l10n.t('Start one with "Start Worker…".'),
  });
}
