import { stripVTControlCharacters } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { WorkerEnd, WorkerTarget } from '../protocol/workerLease';
import { displayText } from './displayText';
import { targetsLabel } from './workerLaunch';
import { programName, type WorkerProgram } from './workerProgram';
import type { WorkerTemplate } from './workerTemplates';

/** Where one worker stands. Times are ms since the epoch. */
export type WorkerState =
  | { readonly kind: 'starting' }
  /** The window was reloaded, and its launcher has not come back yet. */
  | { readonly kind: 'resuming' }
  | RunningState
  | WaitingState
  | EndedState;

export interface RunningState {
  readonly kind: 'running';
  readonly pid: number;
  readonly since: number;
  /** It was asked to end. */
  readonly stopping: boolean;
}

export interface EndedState {
  readonly kind: 'ended';
  readonly end: WorkerEnd;
  readonly why: EndReason;
  /** It had been asked to end. */
  readonly stopped?: true;
}

/** It crashed, and will be restarted unless that is cancelled. */
export interface WaitingState {
  readonly kind: 'waiting';
  readonly end: WorkerEnd;
  readonly why: EndReason;
  /** When it will be restarted. */
  readonly until: number;
  /** 1 for the first restart after a crash. */
  readonly attempt: number;
}

/** How we know that a worker ended: its exit, its terminal, or that nothing is heard of it any more. */
export type EndReason = 'exit' | 'notStarted' | 'terminalClosed' | 'lost';

/** What a built-in worker counts. */
export interface WorkerCount {
  readonly done: number;
  readonly perSecond: number;
}

/** One slot of a group. A restart runs a new program in the same slot, so that the tree keeps its place. */
export interface Worker {
  readonly id: string;
  /** 1 for the first copy. */
  readonly number: number;
  readonly state: WorkerState;
  /** It has its connection or subscription, where it is ours and can say so. */
  readonly ready: boolean;
  readonly count?: WorkerCount;
  /** What its connections to Redis do, while somebody looks. */
  readonly activity?: string;
}

/** What the workers of a group have in common, and all that is needed to start one of them again. */
export interface GroupDefinition {
  readonly id: string;
  readonly program: WorkerProgram;
  readonly targets: readonly WorkerTarget[];
  readonly connection: { readonly id: string; readonly name: string };
  /** How many crashes in a row are answered by a restart; 0 for none. */
  readonly restarts: number;
}

export interface WorkerGroup extends GroupDefinition {
  readonly workers: readonly Worker[];
}

/** The groups in the order in which they were started. Every change replaces the group that changed. */
export class WorkerGroups {
  private readonly groups = new Map<string, WorkerGroup>();

  get all(): readonly WorkerGroup[] {
    return [...this.groups.values()];
  }

  add(
    definition: GroupDefinition,
    workers: readonly { id: string; number: number; state: WorkerState }[],
  ): void {
    const complete = workers.map((worker) => ({ ...worker, ready: false }));
    this.groups.set(definition.id, { ...definition, workers: complete });
  }

  group(id: string): WorkerGroup | undefined {
    return this.groups.get(id);
  }

  /** A worker with its group. */
  find(worker: string): { group: WorkerGroup; worker: Worker } | undefined {
    for (const group of this.groups.values()) {
      const found = group.workers.find(({ id }) => id === worker);
      if (found !== undefined) return { group, worker: found };
    }
    return undefined;
  }

  /** Puts a worker into a state. A new start forgets what the last program counted. Unknown ids are ignored. */
  setState(worker: string, state: WorkerState): void {
    this.replace(worker, (old) => {
      const { count, activity, ...rest } = old;
      if (state.kind === 'starting') return { ...rest, state, ready: false };
      return count === undefined ? { ...rest, state } : { ...rest, count, state };
    });
  }

  setCount(worker: string, count: WorkerCount): void {
    this.replace(worker, (old) => ({ ...old, count }));
  }

  setReady(worker: string): void {
    this.replace(worker, (old) => ({ ...old, ready: true }));
  }

  /** Sets what the workers' connections do; those that are not named do nothing that is known. */
  setActivities(activities: ReadonlyMap<string, string>): void {
    for (const group of this.groups.values()) {
      const workers = group.workers.map(({ activity: _, ...rest }) => {
        const activity = activities.get(rest.id);
        return activity === undefined ? rest : { ...rest, activity };
      });
      this.groups.set(group.id, { ...group, workers });
    }
  }

  /** Adds copies to a group. */
  extend(group: string, workers: readonly { id: string; number: number; state: WorkerState }[]): void {
    const found = this.groups.get(group);
    if (found === undefined) return;
    const complete = workers.map((worker) => ({ ...worker, ready: false }));
    this.groups.set(group, { ...found, workers: [...found.workers, ...complete] });
  }

  /** Removes a worker, and its group with the last one. */
  remove(worker: string): void {
    const found = this.find(worker);
    if (found === undefined) return;
    const workers = found.group.workers.filter(({ id }) => id !== worker);
    if (workers.length === 0) this.groups.delete(found.group.id);
    else this.groups.set(found.group.id, { ...found.group, workers });
  }

  private replace(worker: string, change: (old: Worker) => Worker): void {
    const found = this.find(worker);
    if (found === undefined) return;
    const workers = found.group.workers.map((old) => (old.id === worker ? change(old) : old));
    this.groups.set(found.group.id, { ...found.group, workers });
  }
}

/** Whether anything of it may still run. */
export function isAlive(worker: Worker): boolean {
  return worker.state.kind !== 'ended';
}

/** "queue worker on task_queue" */
export function groupLabel(group: Pick<GroupDefinition, 'program' | 'targets'>): string {
  if (group.targets.length === 0) return programName(group.program);
  return l10n.t('{0} on {1}', programName(group.program), targetsLabel(group.targets));
}

/** "2 running · 1 ended" */
export function groupDescription(group: WorkerGroup): string {
  const count = (kind: WorkerState['kind']): number =>
    group.workers.filter(({ state }) => state.kind === kind).length;
  const parts: string[] = [];
  if (count('running') > 0) parts.push(l10n.t('{0} running', count('running')));
  const starting = count('starting') + count('resuming');
  if (starting > 0) parts.push(l10n.t('{0} starting', starting));
  if (count('waiting') > 0) parts.push(l10n.t('{0} to restart', count('waiting')));
  if (count('ended') > 0) parts.push(l10n.t('{0} ended', count('ended')));
  return parts.join(' · ');
}

/** "running · 12 processed · 2.0/s · pid 4711 · 2 min", as of `now`. */
export function workerDescription(group: GroupDefinition, worker: Worker, now: number): string {
  const [state, ...rest] = stateParts(group, worker.state, now);
  const doing = worker.state.kind === 'running' && worker.activity !== undefined ? [worker.activity] : [];
  // Count and activity before what is cut off first in a narrow sidebar.
  return [state, ...countParts(group.program, worker), ...doing, ...rest].join(' · ');
}

/** As {@link workerDescription}, for a row whose icon says already that it runs: what it does comes first. */
export function workerRow(group: GroupDefinition, worker: Worker, now: number): string {
  const { state, activity } = worker;
  const whole = workerDescription(group, worker, now);
  if (state.kind !== 'running' || state.stopping || activity === undefined) return whole;
  const rest = whole.split(' · ').filter((part) => part !== activity);
  return [activity, ...rest.slice(1)].join(' · ');
}

/** Name, state and, where it failed, the last that it said; lines of plain text. */
export function workerTooltip(group: GroupDefinition, worker: Worker, now: number): string {
  const lines = [`${groupLabel(group)} #${worker.number}`, workerDescription(group, worker, now)];
  lines.push(l10n.t('connection {0}', displayText(group.connection.name)));
  if ('end' in worker.state) lines.push(...lastLines(worker.state.end.stderrTail, tooltipLines));
  return lines.join('\n');
}

/** Shells and what wraps other programs turn SIGINT, SIGTERM and Windows' Ctrl+C into these codes. */
const interruptedCodes: readonly number[] = [130, 143, 0xc000013a];

/** Whether it ended otherwise than by finishing or by being asked to. */
export function failed(state: WorkerState): boolean {
  if (state.kind === 'waiting') return true;
  if (state.kind !== 'ended') return false;
  const { code, signal } = state.end;
  if (state.why === 'notStarted' || state.why === 'lost') return true;
  if (state.stopped) return false;
  return code !== null
    ? code !== 0 && !interruptedCodes.includes(code)
    : signal !== null && signal !== 'SIGINT' && signal !== 'SIGTERM';
}

function stateParts(group: GroupDefinition, state: WorkerState, now: number): string[] {
  switch (state.kind) {
    case 'starting':
      return [l10n.t('starting')];
    case 'resuming':
      return [l10n.t('window reloaded, looking for it')];
    case 'running': {
      const what = state.stopping ? l10n.t('stopping') : l10n.t('running');
      return [what, l10n.t('pid {0}', state.pid), uptime(now - state.since)];
    }
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((state.until - now) / 1_000));
      const next = l10n.t('restarts in {0} s ({1} of {2})', seconds, state.attempt, group.restarts);
      return [next, endText(state.end, state.why)];
    }
    case 'ended':
      return [endText(state.end, state.why, state.stopped)];
  }
}

function endText(end: WorkerEnd, why: EndReason, stopped = false): string {
  switch (why) {
    case 'notStarted':
      return l10n.t('could not be started');
    case 'terminalClosed':
      return l10n.t('ended, its terminal was closed');
    case 'lost':
      return l10n.t('ended, its launcher was killed');
    case 'exit':
      if (stopped && end.signal === 'SIGKILL') return l10n.t('killed, since it did not stop when asked');
      if (stopped && end.code !== null && end.code !== 0) {
        return l10n.t('stopped, exited with {0}', end.code);
      }
      return end.signal === null
        ? l10n.t('exited with {0}', end.code ?? 0)
        : l10n.t('ended by {0}', end.signal);
  }
}

function countParts(program: WorkerProgram, worker: Worker): string[] {
  const { count } = worker;
  if (count === undefined || program.kind !== 'builtIn') return [];
  const done = doneText(program.template, count.done);
  return worker.state.kind === 'running' && count.perSecond > 0
    ? [done, l10n.t('{0}/s', count.perSecond.toFixed(count.perSecond < 10 ? 1 : 0))]
    : [done];
}

function doneText(template: WorkerTemplate, done: number): string {
  switch (template) {
    case 'queueProducer':
    case 'jobProducer':
      return l10n.t('{0} pushed', done);
    case 'queueWorker':
    case 'reliableWorker':
    case 'priorityWorker':
    case 'jobWorker':
    case 'streamConsumer':
      return l10n.t('{0} processed', done);
    case 'delayedScheduler':
      return l10n.t('{0} moved', done);
    case 'streamProducer':
      return l10n.t('{0} added', done);
    case 'channelPublisher':
      return l10n.t('{0} published', done);
    case 'channelSubscriber':
      return l10n.t('{0} received', done);
  }
}

/** Coarse, so that the tree need not change every second: "12 s" in steps of 5, "3 min", "2 h". */
function uptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 5) return l10n.t('just started');
  if (seconds < 60) return l10n.t('{0} s', Math.floor(seconds / 5) * 5);
  if (seconds < 3_600) return l10n.t('{0} min', Math.floor(seconds / 60));
  return l10n.t('{0} h', Math.floor(seconds / 3_600));
}

const tooltipLines = 12;

/** The last lines of what a program said, as they may stand in a label. */
export function lastLines(stderr: string, most: number): string[] {
  const lines = stripVTControlCharacters(stderr)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return lines.slice(-most).map((line) => displayText(line, 200));
}
