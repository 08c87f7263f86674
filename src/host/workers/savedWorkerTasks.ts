import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { isFailure } from '../../core/failure';
import { readSavedWorkers } from '../../core/savedWorker';
import { failed, isAlive, type WorkerGroup } from '../../core/workerGroups';
import { groupLabel, workerDescription } from '../../core/workerWords';
import type { RedisMessagingApi } from '../api';
import { fullCommandId } from '../contributed';
import { setting } from '../settings';
import type { StartedGroup } from './workerCommand';
import { taskType } from './workerTasks';

const lookMs = 500;

/** A task for each saved worker and compound. */
export function savedWorkerTasks(): vscode.Task[] {
  return readSavedWorkers(setting('workers'))
    .filter(({ kind }) => kind !== 'broken')
    .map(({ name }) => makeTask({ type: taskType, worker: name }, name, vscode.TaskScope.Workspace));
}

/** The task of tasks.json with what it does. */
export function savedWorkerTask({ definition, name, scope }: vscode.Task): vscode.Task | undefined {
  const worker: unknown = definition.worker;
  return typeof worker === 'string'
    ? makeTask(definition, name || worker, scope ?? vscode.TaskScope.Workspace)
    : undefined;
}

function makeTask(
  definition: vscode.TaskDefinition,
  name: string,
  scope: vscode.WorkspaceFolder | vscode.TaskScope.Global | vscode.TaskScope.Workspace,
): vscode.Task {
  const execution = new vscode.CustomExecution(async () => new WorkerTask(String(definition.worker)));
  // With matchers defined, though none: VS Code would ask at every start how to scan the output.
  const task = new vscode.Task(definition, scope, name, 'redisMessaging', execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent };
  return task;
}

/**
 * A task's terminal: it starts workers, which run in terminals of their own, tells what becomes of them, and ends with the
 * last. Ending the task stops them. Its exit code is 1 where one of them failed.
 */
class WorkerTask implements vscode.Pseudoterminal {
  private readonly writes = new vscode.EventEmitter<string>();
  private readonly closes = new vscode.EventEmitter<number>();
  private readonly told = new Map<string, string>();
  private groups: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;

  constructor(private readonly worker: string) {}

  open(): void {
    void this.run();
  }

  /** Ctrl+C in the task's terminal. */
  handleInput(data: string): void {
    if (data.includes('\u0003')) void this.stop();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    void this.stop();
  }

  private async run(): Promise<void> {
    try {
      // The very commands that a person runs: they check the trust, and ask nothing.
      const command = fullCommandId('worker.runSaved');
      const { groups } = await vscode.commands.executeCommand<{ groups: readonly StartedGroup[] }>(command, {
        name: this.worker,
      });
      this.groups = groups.map(({ group }) => group);
      if (this.closed) await this.stop();
      else this.look();
    } catch (error) {
      const hint = isFailure(error) ? ` ${error.hint}` : '';
      this.say(`${error instanceof Error ? error.message : String(error)}${hint}`);
      this.end(1);
    }
  }

  private look(): void {
    if (this.closed) return;
    const known = this.known();
    for (const group of known) this.tell(group);
    const workers = known.flatMap((group) => group.workers);
    if (workers.some(isAlive)) {
      this.timer = setTimeout(() => this.look(), lookMs);
      return;
    }
    const bad = workers.some(({ state }) => failed(state));
    this.end(bad ? 1 : 0);
  }

  private known(): readonly WorkerGroup[] {
    const extension = vscode.extensions.getExtension<RedisMessagingApi>('redis-messaging.redis-messaging');
    return (extension?.exports.workers() ?? []).filter(({ id }) => this.groups.includes(id));
  }

  private tell(group: WorkerGroup): void {
    for (const worker of group.workers) {
      const { state } = worker;
      if (state.kind === 'starting' || this.told.get(worker.id) === state.kind) continue;
      this.told.set(worker.id, state.kind);
      const { activity: _, count: __, ...plain } = worker;
      this.say(`${groupLabel(group)} #${worker.number}: ${workerDescription(group, plain, Date.now())}`);
    }
  }

  private async stop(): Promise<void> {
    for (const { id } of this.known()) {
      await Promise.resolve(
        vscode.commands.executeCommand(fullCommandId('worker.stop'), { group: id }),
      ).catch((error: unknown) => this.say(error instanceof Error ? error.message : String(error)));
    }
  }

  private say(text: string): void {
    if (!this.closed) this.writes.fire(`${displayText(text, 500)}\r\n`);
  }

  private end(code: number): void {
    if (!this.closed) this.closes.fire(code);
  }
}
