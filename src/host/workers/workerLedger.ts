import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import {
  type EndReason,
  type GroupDefinition,
  type Worker,
  type WorkerGroup,
  WorkerGroups,
  type WorkerState,
} from '../../core/workerGroups';
import type { LauncherMessage, WorkerEnd, WorkerProgress } from '../../protocol/workerLease';
import type { Log } from '../log';
import type { LeaseEvents } from './leaseServer';
import type { GroupRecord, WorkerRecord, WorkerRecords } from './workerRecords';

/** A launcher that lost its socket tries again every 500 ms; one that is not back after this long was killed. */
const lostAfterMs = 4_000;

/** What is known of every worker: from the leases, from what the last host wrote down, and by whom it may be awaited. */
export class WorkerLedger implements LeaseEvents, vscode.Disposable {
  private readonly groups = new WorkerGroups();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly returns = new vscode.EventEmitter<{ worker: string; launcherPid: number }>();
  /** How to recognise the launchers that are out there, by worker. */
  private readonly launchers = new Map<string, Pick<WorkerRecord, 'resumeHash' | 'pid'>>();
  private readonly away = new Map<string, NodeJS.Timeout>();
  private slot: number | undefined;

  /** Fires when a group, a worker or a state changed. */
  readonly onDidChange = this.changes.event;
  /** Fires when a launcher of the last host has come back. */
  readonly onDidReturn = this.returns.event;

  constructor(
    private readonly records: WorkerRecords,
    private readonly log: Log,
  ) {}

  get all(): readonly WorkerGroup[] {
    return this.groups.all;
  }

  /** @throws {Failure} `notFound` */
  find(id: string): { group: WorkerGroup; worker: Worker } {
    const found = this.groups.find(id);
    if (found !== undefined) return found;
    throw new Failure('notFound', vscode.l10n.t('There is no worker "{0}".', id));
  }

  /** @throws {Failure} `notFound` */
  group(id: string): WorkerGroup {
    const group = this.groups.group(id);
    if (group !== undefined) return group;
    throw new Failure('notFound', vscode.l10n.t('There is no worker group "{0}".', id));
  }

  resumeHash(worker: string): string | undefined {
    return this.launchers.get(worker)?.resumeHash;
  }

  /** From now on this is that window of the workspace: its workers are remembered, and those left by its last host known. */
  async recall(slot: number, leaseMs: number): Promise<void> {
    if (this.slot !== undefined) return;
    this.slot = slot;
    for (const { workers, ...definition } of await this.records.read(slot)) {
      const resuming: WorkerState = { kind: 'resuming' };
      const slots = workers.map(({ id, number }) => ({ id, number, state: resuming }));
      this.groups.add(definition, slots);
      for (const { id, resumeHash, pid } of workers) {
        this.launchers.set(id, { resumeHash, pid });
        this.expectBack(id, leaseMs);
      }
    }
    this.changes.fire();
  }

  /** Adds a group whose workers are starting. */
  add(definition: GroupDefinition, ids: readonly string[]): void {
    const starting: WorkerState = { kind: 'starting' };
    this.groups.add(
      definition,
      ids.map((id, index) => ({ id, number: index + 1, state: starting })),
    );
    this.changes.fire();
  }

  /** Its slot is about to run anew. */
  starting(worker: string): void {
    this.launchers.delete(worker);
    this.setState(worker, { kind: 'starting' });
  }

  stopping(worker: string): void {
    const { state } = this.find(worker).worker;
    if (state.kind === 'running') this.setState(worker, { ...state, stopping: true });
  }

  terminalClosed(worker: string, exitCode: number | undefined): void {
    this.end(
      worker,
      { code: exitCode ?? null, signal: null, stderrTail: '', at: Date.now() },
      'terminalClosed',
    );
    this.launchers.delete(worker);
    this.remember();
  }

  remove(worker: string): void {
    this.back(worker);
    this.launchers.delete(worker);
    this.groups.remove(worker);
    this.remember();
    this.changes.fire();
  }

  /**
   * Resolves once a worker fulfils the condition.
   * @throws {Failure} `timeout`, or `cancelled` when the worker was removed meanwhile
   */
  until(id: string, condition: (worker: Worker) => boolean, limitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const worker = this.groups.find(id)?.worker;
        if (worker === undefined) settle(() => reject(new Failure('cancelled', vscode.l10n.t('Cancelled.'))));
        else if (condition(worker)) settle(resolve);
      };
      const settle = (then: () => void): void => {
        clearTimeout(limit);
        subscription.dispose();
        then();
      };
      const limit = setTimeout(() => {
        const what = vscode.l10n.t('The worker did not answer within {0} s.', limitMs / 1_000);
        const hint = vscode.l10n.t('Its terminal may tell why.');
        settle(() => reject(new Failure('timeout', what, { hint })));
      }, limitMs);
      const subscription = this.onDidChange(check);
      check();
    });
  }

  accepted(worker: string, pid: number, resumeHash: string): void {
    this.launchers.set(worker, { pid, resumeHash });
    this.remember();
  }

  resumed(worker: string, launcher: Extract<LauncherMessage, { kind: 'resume' }>): void {
    const { pid, child, ready, progress, end } = launcher;
    this.back(worker);
    this.returns.fire({ worker, launcherPid: pid });
    if (child !== undefined) this.started(worker, child);
    if (ready) this.ready(worker);
    if (progress !== undefined) this.progress(worker, progress);
    if (end !== undefined) this.end(worker, end, child === undefined ? 'notStarted' : 'exit');
  }

  started(worker: string, child: { readonly pid: number; readonly since: number }): void {
    this.setState(worker, { kind: 'running', pid: child.pid, since: child.since, stopping: false });
  }

  notStarted(worker: string, reason: string): void {
    this.end(worker, { code: null, signal: null, stderrTail: reason, at: Date.now() }, 'notStarted');
  }

  ready(worker: string): void {
    this.groups.setReady(worker);
    this.changes.fire();
  }

  progress(worker: string, { done, perSecond }: WorkerProgress): void {
    this.groups.setCount(worker, { done, perSecond });
    this.changes.fire();
  }

  ended(worker: string, end: WorkerEnd): void {
    this.end(worker, end, 'exit');
  }

  disconnected(worker: string): void {
    const state = this.groups.find(worker)?.worker.state;
    if (state !== undefined && state.kind !== 'ended') this.expectBack(worker, lostAfterMs);
  }

  dispose(): void {
    for (const timer of this.away.values()) clearTimeout(timer);
    this.changes.dispose();
    this.returns.dispose();
  }

  private setState(worker: string, state: WorkerState): void {
    this.groups.setState(worker, state);
    this.changes.fire();
  }

  private end(worker: string, end: WorkerEnd, why: EndReason): void {
    this.back(worker);
    const found = this.groups.find(worker);
    if (found === undefined || found.worker.state.kind === 'ended') return;
    this.log.info(`${worker}: ended (${why}, code ${end.code}, signal ${end.signal})`);
    this.setState(worker, { kind: 'ended', end, why });
  }

  /** A worker whose launcher is away for longer than this is not coming back. */
  private expectBack(worker: string, limitMs: number): void {
    this.back(worker);
    const timer = setTimeout(() => {
      this.away.delete(worker);
      // After a reload there is nothing to tell: its lease lapsed while no window was there, or its terminal is gone.
      if (this.groups.find(worker)?.worker.state.kind === 'resuming') this.remove(worker);
      else this.end(worker, { code: null, signal: null, stderrTail: '', at: Date.now() }, 'lost');
    }, limitMs);
    this.away.set(worker, timer);
  }

  private back(worker: string): void {
    clearTimeout(this.away.get(worker));
    this.away.delete(worker);
  }

  private remember(): void {
    if (this.slot === undefined) return;
    const records: GroupRecord[] = [];
    for (const { workers, ...definition } of this.groups.all) {
      const known = workers.flatMap(({ id, number }) => {
        const launcher = this.launchers.get(id);
        return launcher === undefined ? [] : [{ id, number, ...launcher }];
      });
      if (known.length > 0) records.push({ ...definition, workers: known });
    }
    void this.records.write(this.slot, records);
  }
}
