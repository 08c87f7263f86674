import * as vscode from 'vscode';
import { Failure } from '../../core/failure';
import {
  type EndReason,
  type GroupDefinition,
  type RunningState,
  type StartingState,
  type Worker,
  type WorkerGroup,
  WorkerGroups,
  type WorkerState,
} from '../../core/workerGroups';
import type { LauncherMessage, WorkerEnd, WorkerProgress } from '../../protocol/workerLease';
import type { Log } from '../log';
import type { LeaseEvents } from './leaseEvents';
import type { WorkerMemory } from './workerMemory';

/** A launcher that lost its socket tries again every 500 ms; one that is not back after this long was killed. */
const lostAfterMs = 4_000;

/** A worker that has just ended. */
export interface EndedWorker {
  readonly worker: string;
  readonly ranMs: number;
  /** It had been asked to end. */
  readonly stopping: boolean;
}

/** What is known of every worker: from the leases, from what the last host wrote down, and by whom it may be awaited. */
export class WorkerLedger implements LeaseEvents, vscode.Disposable {
  private readonly groups = new WorkerGroups();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly returns = new vscode.EventEmitter<{ worker: string; launcherPid: number }>();
  private readonly ends = new vscode.EventEmitter<EndedWorker>();
  private readonly away = new Map<string, NodeJS.Timeout>();

  /** Fires when a group, a worker or a state changed. */
  readonly onDidChange = this.changes.event;
  /** Fires when a launcher of the last host has come back. */
  readonly onDidReturn = this.returns.event;
  /** Fires when a worker has ended, after its state has changed. */
  readonly onDidEnd = this.ends.event;

  constructor(
    private readonly memory: WorkerMemory,
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

  /** A worker, if it is still there. */
  peek(id: string): Worker | undefined {
    return this.groups.find(id)?.worker;
  }

  /** @throws {Failure} `notFound` */
  group(id: string): WorkerGroup {
    const group = this.groups.group(id);
    if (group !== undefined) return group;
    throw new Failure('notFound', vscode.l10n.t('There is no worker group "{0}".', id));
  }

  resumeHash(worker: string): string | undefined {
    return this.memory.resumeHash(worker);
  }

  /** From now on this is that window of the workspace: its workers are remembered, and those left by its last host known. */
  async recall(slot: number, leaseMs: number): Promise<void> {
    const groups = await this.memory.recall(slot);
    if (groups === undefined) return;
    for (const { workers, ...definition } of groups) {
      const resuming: WorkerState = { kind: 'resuming' };
      const slots = workers.map(({ id, number }) => ({ id, number, state: resuming }));
      this.groups.add(definition, slots);
      for (const { id } of workers) this.expectBack(id, leaseMs);
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

  /** Adds starting copies to a group: one for each of these ids, with the next free numbers. Returns the numbers. */
  extend(group: string, ids: readonly string[]): readonly number[] {
    const taken = this.group(group).workers.map(({ number }) => number);
    const free = Array.from({ length: taken.length + ids.length }, (_, index) => index + 1).filter(
      (number) => !taken.includes(number),
    );
    const numbers = ids.map((_, index) => free[index] ?? 0);
    const state: WorkerState = { kind: 'starting' };
    this.groups.extend(
      group,
      ids.map((id, index) => ({ id, number: numbers[index] ?? 0, state })),
    );
    this.changes.fire();
    return numbers;
  }

  /** Its slot is about to run anew. The launcher is known until it has taken the new command, lest a reload lose it. */
  starting(worker: string): void {
    this.memory.begins(worker);
    this.setState(worker, { kind: 'starting' });
  }

  /** Its launcher will not be back: another takes its place. */
  forgetLauncher(worker: string): void {
    this.memory.forgetLauncher(worker);
  }

  /** How many times in a row it has crashed. */
  crashes(worker: string): number {
    return this.memory.crashes(worker);
  }

  /** It is a person who starts it: crashes are counted from here. */
  forgetCrashes(worker: string): void {
    this.memory.forgetCrashes(worker);
  }

  /** It has crashed so many times in a row, and will be restarted then (ms since the epoch). */
  waiting(worker: string, crashes: number, until: number): void {
    const { state } = this.find(worker).worker;
    if (state.kind !== 'ended') return;
    this.memory.setCrashes(worker, crashes);
    const { end, why } = state;
    this.setState(worker, { kind: 'waiting', end, why, until, attempt: crashes });
    this.remember();
  }

  /** It is not restarted after all. */
  giveUp(worker: string): void {
    const { state } = this.find(worker).worker;
    if (state.kind !== 'waiting') return;
    this.setState(worker, { kind: 'ended', end: state.end, why: state.why });
    this.remember();
  }

  /** What the workers' connections do, by worker, in words. */
  activities(activities: ReadonlyMap<string, string>): void {
    this.groups.setActivities(activities);
    this.changes.fire();
  }

  stopping(worker: string): void {
    const { state } = this.find(worker).worker;
    if (isStoppable(state)) this.setState(worker, { ...state, stopping: true });
  }

  terminalClosed(worker: string, exitCode: number | undefined): void {
    this.end(
      worker,
      { code: exitCode ?? null, signal: null, stderrTail: '', at: Date.now() },
      'terminalClosed',
    );
    this.memory.forgetLauncher(worker);
    this.remember();
  }

  remove(worker: string): void {
    this.back(worker);
    this.memory.forget(worker);
    this.groups.remove(worker);
    this.remember();
    this.changes.fire();
  }

  accepted(worker: string, pid: number, resumeHash: string): void {
    this.memory.setLauncher(worker, { pid, resumeHash });
    this.remember();
  }

  resumed(worker: string, launcher: Extract<LauncherMessage, { kind: 'resume' }>): void {
    const { pid, child, ready, progress, end } = launcher;
    this.back(worker);
    this.returns.fire({ worker, launcherPid: pid });
    if (child !== undefined && end === undefined) this.started(worker, child);
    if (ready) this.ready(worker);
    if (progress !== undefined) this.progress(worker, progress);
    const ranMs = end === undefined || child === undefined ? 0 : end.at - child.since;
    if (end !== undefined) this.end(worker, end, child === undefined ? 'notStarted' : 'exit', ranMs);
  }

  started(worker: string, child: { readonly pid: number; readonly since: number }): void {
    const before = this.groups.find(worker)?.worker.state;
    const stopping = before?.kind === 'starting' && before.stopping === true;
    this.setState(worker, { kind: 'running', pid: child.pid, since: child.since, stopping });
  }

  notStarted(worker: string, reason: string): void {
    this.end(worker, { code: null, signal: null, stderrTail: reason, at: Date.now() }, 'notStarted');
  }

  ready(worker: string): void {
    this.groups.setReady(worker);
    this.changes.fire();
  }

  progress(worker: string, { done, perSecond, held }: WorkerProgress): void {
    this.groups.setCount(worker, { done, perSecond, held });
    this.changes.fire();
  }

  ended(worker: string, end: WorkerEnd): void {
    this.end(worker, end, 'exit');
  }

  disconnected(worker: string): void {
    const state = this.groups.find(worker)?.worker.state;
    // A launcher without a program has nothing to come back for: its terminal was closed.
    if (state !== undefined && state.kind !== 'ended' && state.kind !== 'waiting') {
      this.expectBack(worker, lostAfterMs);
    }
  }

  dispose(): void {
    for (const timer of this.away.values()) clearTimeout(timer);
    this.changes.dispose();
    this.returns.dispose();
    this.ends.dispose();
  }

  private setState(worker: string, state: WorkerState): void {
    this.groups.setState(worker, state);
    this.changes.fire();
  }

  private end(worker: string, end: WorkerEnd, why: EndReason, ran?: number): void {
    this.back(worker);
    const found = this.groups.find(worker);
    if (found === undefined) return;
    const { state } = found.worker;
    if (state.kind === 'ended') return;
    if (state.kind === 'waiting') {
      // What it waited in was closed by hand: so it shall not come back.
      if (why === 'terminalClosed') this.giveUp(worker);
      return;
    }
    this.log.info(`${worker}: ended (${why}, code ${end.code}, signal ${end.signal})`);
    const stopping = isStoppable(state) && state.stopping === true;
    const stopped = stopping && why !== 'lost';
    this.setState(worker, { kind: 'ended', end, why, ...(stopped ? { stopped } : {}) });
    const ranMs = ran ?? (state.kind === 'running' ? end.at - state.since : 0);
    if (!this.memory.wasOver(worker)) this.ends.fire({ worker, ranMs, stopping });
    this.remember();
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
    this.memory.remember(this.groups.all);
  }
}

function isStoppable(state: WorkerState): state is StartingState | RunningState {
  return state.kind === 'starting' || state.kind === 'running';
}
