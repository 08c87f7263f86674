import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import { type GroupDefinition, isAlive, type Worker, type WorkerGroup } from '../../core/workerGroups';
import { targetBytes, type WorkerRuntime } from '../../core/workerLaunch';
import type { RedisCliProgram, WorkerProgram } from '../../core/workerProgram';
import type { Connections } from '../connections';
import type { Log } from '../log';
import { Turns } from '../turns';
import { CrashRestarts } from './crashRestarts';
import { LeaseServer } from './leaseServer';
import { WorkerLaunchers } from './workerLaunchers';
import { WorkerLedger } from './workerLedger';
import { leaseMs, stopLimits, wholeMs } from './workerLimits';
import { WorkerMemory } from './workerMemory';
import { WorkerRecords } from './workerRecords';
import { workerEnded, workerPrints, workerReady, workerStarted } from './workerWaits';

/** XON, Ctrl+Q. */
const resumesOutput = '\u0011';

/** What shall be started: `count` workers of one group. */
export interface GroupRequest {
  readonly definition: Omit<GroupDefinition, 'id'>;
  readonly count: number;
  /** The terminals open at once, but the programs start only after this. */
  readonly after?: Promise<unknown>;
}

export interface WorkersOptions {
  readonly runtime: WorkerRuntime;
  /** Names the workspace in this editor. */
  readonly workspace: string;
  /** For what is remembered over a reload. */
  readonly folder: string;
  /** A round trip to the window. */
  reachWindow(): Promise<unknown>;
}

/** Starts, shows, restarts and ends the workers of this window. */
export class WorkerService implements vscode.Disposable {
  private readonly ledger: WorkerLedger;
  private readonly lease: LeaseServer;
  private readonly launchers: WorkerLaunchers;
  private readonly restarts: CrashRestarts;
  private readonly launches = new vscode.EventEmitter<readonly string[]>();
  /** Fires with the ids of groups that were started in this window, the first of them first. */
  readonly onDidLaunch = this.launches.event;
  /** A group changes its size in one way at a time. */
  private readonly scaling = new Turns();
  private readonly restarting = new Map<string, Promise<Worker>>();

  constructor(connections: Connections, log: Log, options: WorkersOptions) {
    const records = new WorkerRecords(options.folder, (error) => log.error('workers', error));
    this.ledger = new WorkerLedger(new WorkerMemory(records), log);
    this.lease = new LeaseServer({
      workspace: options.workspace,
      leaseMs,
      reachWindow: options.reachWindow,
      resumeHash: (worker) => this.ledger.resumeHash(worker),
      l10n: () => vscode.l10n.bundle ?? {},
      events: this.ledger,
    });
    this.launchers = new WorkerLaunchers(this.lease, connections, options.runtime, (worker) =>
      this.ledger.crashes(worker),
    );
    this.ledger.onDidReturn(({ worker, launcherPid }) => void this.launchers.adopt(worker, launcherPid));
    this.launchers.onDidClose(({ worker, exitCode }) => this.terminalClosed(worker, exitCode));
    this.restarts = new CrashRestarts(this.ledger, (worker) => this.runAgain(worker, false), log);
  }

  /** The groups that are workers: what only sits in a terminal of ours is not. */
  get groups(): readonly WorkerGroup[] {
    return this.ledger.all.filter(({ program }) => program.kind !== 'redisCli');
  }

  /** Fires when a group, a worker or a state changed. */
  get onDidChange(): vscode.Event<void> {
    return this.ledger.onDidChange;
  }

  /** @throws {Failure} `notFound` */
  find(id: string): { group: WorkerGroup; worker: Worker } {
    return this.ledger.find(id);
  }

  /** @throws {Failure} `notFound` */
  group(id: string): WorkerGroup {
    return this.ledger.group(id);
  }

  /** Takes over the workers that the last host of this window left. */
  async resume(): Promise<void> {
    await this.open();
  }

  /**
   * Opens the terminals of some groups, all side by side.
   * @returns the groups, whose workers are starting
   * @throws {Failure} `argument` when a name is empty; nothing is opened then
   */
  async launch<const Requests extends readonly GroupRequest[]>(
    requests: Requests,
  ): Promise<{ readonly [Index in keyof Requests]: WorkerGroup }> {
    for (const { definition } of requests) definition.targets.forEach(targetBytes);
    await this.open();
    let beside: string | undefined;
    const opened: string[] = [];
    // In one turn; see WorkerTerminals.
    for (const { definition, count, after } of requests) {
      const group: GroupDefinition = { id: `${programWord(definition.program)}-${shortId()}`, ...definition };
      const ids = Array.from({ length: count }, () => `worker-${shortId()}`);
      this.ledger.add(group, ids);
      for (const [index, id] of ids.entries()) {
        this.launchers.open(group, { id, number: index + 1 }, { beside, after });
        beside = id;
      }
      opened.push(group.id);
    }
    const first = this.group(opened[0] ?? '').workers[0];
    if (first !== undefined) this.launchers.show(first.id, true);
    this.launches.fire(opened);
    return opened.map((id) => this.group(id)) as { readonly [Index in keyof Requests]: WorkerGroup };
  }

  /**
   * Waits until each worker of a group runs, for at most 60 s.
   * @throws {Failure} with the cause of the first that did not start; the others go on and stay in the view
   */
  async started(group: string): Promise<WorkerGroup> {
    await Promise.all(this.group(group).workers.map(({ id }) => workerStarted(this.ledger, id)));
    return this.group(group);
  }

  /**
   * Runs a worker's slot again: in its terminal, or in a new one where that was closed. Once for all who ask meanwhile.
   * @throws {Failure} `notFound`, or the cause why it did not start
   */
  restart(id: string): Promise<Worker> {
    const underWay = this.restarting.get(id);
    if (underWay !== undefined) return underWay;
    const restart = this.restartOne(id).finally(() => this.restarting.delete(id));
    this.restarting.set(id, restart);
    return restart;
  }

  private async restartOne(id: string): Promise<Worker> {
    this.find(id);
    await this.open();
    await this.stop([id]);
    this.ledger.forgetCrashes(id);
    await this.runAgain(id, true);
    return this.find(id).worker;
  }

  /**
   * Makes so many copies of a group run: starts what has ended and then new ones, or stops and removes the last.
   * @returns the group; undefined when none is left
   * @throws {Failure} with the cause of the first that did not start
   */
  async scale(groupId: string, count: number): Promise<WorkerGroup | undefined> {
    this.group(groupId);
    await this.scaling.run(groupId, async () => {
      await this.open();
      const { workers, ...group } = this.group(groupId);
      const alive = workers.filter(isAlive);
      if (alive.length >= count) {
        const surplus = alive.slice(count).map(({ id }) => id);
        await this.stop(surplus);
        this.dismiss(surplus);
        return;
      }
      const missing = count - alive.length;
      const again = workers.filter((worker) => !isAlive(worker)).slice(0, missing);
      const ids = Array.from({ length: missing - again.length }, () => `worker-${shortId()}`);
      const numbers = this.ledger.extend(groupId, ids);
      let beside: string | undefined;
      for (const [index, id] of ids.entries()) {
        this.launchers.open(group, { id, number: numbers[index] ?? 0 }, { beside });
        beside = id;
      }
      await Promise.all([
        ...ids.map((id) => workerStarted(this.ledger, id)),
        ...again.map(({ id }) => this.restart(id)),
      ]);
    });
    return this.ledger.all.find(({ id }) => id === groupId);
  }

  /** Opens redis-cli on a connection, in a terminal that is no worker and in no view. Returns the terminal's name. */
  async openRedisCli(program: RedisCliProgram, connection: GroupDefinition['connection']): Promise<string> {
    const definition = { program, targets: [], connection, restarts: 0 };
    const [group] = await this.launch([{ definition, count: 1 }]);
    await this.started(group.id);
    const [worker] = group.workers;
    if (worker === undefined) return '';
    // It is for typing.
    this.launchers.show(worker.id, false);
    return this.launchers.name(worker.id) ?? '';
  }

  /**
   * Ends workers, gently first, and waits until they have ended.
   * @throws {Failure} `timeout` when one is still there a while after SIGKILL
   */
  async stop(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.stopOne(id)));
  }

  /**
   * Resolves when each of these workers has its connection or subscription.
   * @throws {Failure} when one ended before, or `timeout` after 60 s
   */
  async ready(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => workerReady(this.ledger, id)));
  }

  /** Removes ended workers from the view and closes their terminals. Those that run are left alone. */
  dismiss(ids: readonly string[]): void {
    for (const id of ids) {
      if (isAlive(this.find(id).worker)) continue;
      this.launchers.forget(id);
      this.ledger.remove(id);
    }
  }

  /** Shows a worker's terminal with the focus in it. @throws {Failure} `notFound` when it was closed. */
  showTerminal(id: string): void {
    this.find(id);
    if (!this.launchers.show(id, false)) throw terminalIsClosed();
  }

  /**
   * Lets a worker's terminal go on after Ctrl+S, as Ctrl+Q does where VS Code has no use of its own for that key.
   * @throws {Failure} `notFound` when the terminal was closed, `timeout` when the worker still waits for it
   */
  async resumeOutput(id: string): Promise<void> {
    this.find(id);
    if (!this.launchers.type(id, resumesOutput)) throw terminalIsClosed();
    await workerPrints(this.ledger, id);
  }

  /** Says what the workers' connections do, by worker, in words. */
  setActivities(activities: ReadonlyMap<string, string>): void {
    this.ledger.activities(activities);
  }

  /** Lets go of the workers without ending them: a reloaded window takes them over, and otherwise their leases lapse. */
  dispose(): void {
    this.restarts.dispose();
    this.launches.dispose();
    this.launchers.dispose();
    this.ledger.dispose();
  }

  private async open(): Promise<void> {
    await this.ledger.recall(await this.lease.open(), leaseMs());
  }

  /** Runs an ended worker's slot anew. @throws {Failure} with the cause why it did not start */
  private async runAgain(id: string, show: boolean): Promise<void> {
    const { group, worker } = this.find(id);
    this.ledger.starting(id);
    if (!this.launchers.runAgain(group, worker)) {
      this.ledger.forgetLauncher(id);
      this.launchers.replace(group, worker);
    }
    if (show) this.launchers.show(id, true);
    await workerStarted(this.ledger, id);
  }

  private terminalClosed(worker: string, exitCode: number | undefined): void {
    this.ledger.terminalClosed(worker, exitCode);
    const group = this.ledger.all.find(({ workers }) => workers.some(({ id }) => id === worker));
    if (group?.program.kind === 'redisCli') this.ledger.remove(worker);
  }

  private async stopOne(id: string): Promise<void> {
    this.restarts.cancel(id);
    if (!isAlive(this.find(id).worker)) return;
    this.ledger.stopping(id);
    const limits = stopLimits();
    if (!this.launchers.stop(id, limits)) {
      // Without its launcher, closing the terminal is what is left. One on its way gets nothing to run.
      this.launchers.forget(id);
      this.ledger.terminalClosed(id, undefined);
    }
    await workerEnded(this.ledger, id, wholeMs(limits));
  }
}

function terminalIsClosed(): Failure {
  return new Failure('notFound', vscode.l10n.t('The terminal of this worker was closed.'), {
    hint: vscode.l10n.t('Restart the worker to get a new one.'),
  });
}

/** The beginning of a group's id, which stands in client names: printable and without spaces. */
function programWord(program: WorkerProgram): string {
  return program.kind === 'builtIn' ? program.template : program.kind;
}

function shortId(): string {
  return randomBytes(4).toString('hex');
}
