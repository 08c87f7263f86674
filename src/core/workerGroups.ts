import type { WorkerEnd, WorkerTarget } from '../protocol/workerLease';
import type { WorkerProgram } from './workerProgram';

/** Where one worker stands. Times are ms since the epoch. */
export type WorkerState =
  | StartingState
  /** The window was reloaded, and its launcher has not come back yet. */
  | { readonly kind: 'resuming' }
  | RunningState
  | WaitingState
  | EndedState;

export interface StartingState {
  readonly kind: 'starting';
  /** It was asked to end before it ran. */
  readonly stopping?: true;
}

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

/** What a built-in worker tells of itself. */
export interface WorkerCount {
  readonly done: number;
  readonly perSecond: number;
  /** It waits until its terminal takes more. */
  readonly held: boolean;
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

/** Whether it runs and waits until its terminal takes more output. */
export function isHeld({ state, count }: Worker): boolean {
  return state.kind === 'running' && count?.held === true;
}

/** Whether anything of it may still run. */
export function isAlive(worker: Worker): boolean {
  return worker.state.kind !== 'ended';
}

/** Shells and what wraps other programs turn SIGINT, SIGTERM and Windows' Ctrl+C into these codes. */
const interruptedCodes: readonly number[] = [130, 143, 0xc000013a];

/** Whether it ended otherwise than by finishing or by being asked to. */
export function failed(state: WorkerState): boolean {
  if (state.kind === 'waiting') return true;
  if (state.kind !== 'ended') return false;
  const { code, signal, interrupted } = state.end;
  if (state.stopped) return false;
  if (state.why === 'notStarted' || state.why === 'lost') return true;
  return code !== null
    ? // Other wrappers answer Ctrl+C with a code of any crash: `go run` with 1.
      code !== 0 && !interruptedCodes.includes(code) && interrupted !== true
    : signal !== null && signal !== 'SIGINT' && signal !== 'SIGTERM';
}
