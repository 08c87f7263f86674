import type { WorkerGroup } from '../../core/workerGroups';
import type { GroupRecord, WorkerRecord, WorkerRecords } from './workerRecords';

/** What of the workers outlasts a reload of the window, beside their groups: launchers, crashes, and who is over. */
export class WorkerMemory {
  /** How to recognise the launchers that are out there, by worker. */
  private readonly launchers = new Map<string, Pick<WorkerRecord, 'resumeHash' | 'pid'>>();
  /** How many times in a row a worker has crashed. */
  private readonly crashed = new Map<string, number>();
  /** Workers of the last host that had ended by then. */
  private readonly over = new Set<string>();
  private slot: number | undefined;

  constructor(private readonly records: WorkerRecords) {}

  /**
   * From now on this is that window of the workspace. Returns what its last host wrote down; undefined where the window
   * is known already.
   */
  async recall(slot: number): Promise<readonly GroupRecord[] | undefined> {
    if (this.slot !== undefined) return undefined;
    this.slot = slot;
    const groups = await this.records.read(slot);
    for (const { id, resumeHash, pid, over, crashes } of groups.flatMap(({ workers }) => workers)) {
      this.launchers.set(id, { resumeHash, pid });
      this.crashed.set(id, crashes);
      if (over) this.over.add(id);
    }
    return groups;
  }

  /** Writes down what the next host shall know. Nothing before `recall`. */
  remember(groups: readonly WorkerGroup[]): void {
    if (this.slot === undefined) return;
    const records: GroupRecord[] = [];
    for (const { workers, ...definition } of groups) {
      const known = workers.flatMap(({ id, number, state }) => {
        const launcher = this.launchers.get(id);
        const over = state.kind === 'ended' || (state.kind === 'resuming' && this.over.has(id));
        // The next host counts the crash after which it waits.
        const crashes = this.crashes(id) - (state.kind === 'waiting' ? 1 : 0);
        return launcher === undefined ? [] : [{ id, number, over, crashes, ...launcher }];
      });
      if (known.length > 0) records.push({ ...definition, workers: known });
    }
    void this.records.write(this.slot, records);
  }

  /** Forgets a worker that was removed. */
  forget(worker: string): void {
    this.launchers.delete(worker);
    this.crashed.delete(worker);
    this.over.delete(worker);
  }

  resumeHash(worker: string): string | undefined {
    return this.launchers.get(worker)?.resumeHash;
  }

  setLauncher(worker: string, launcher: Pick<WorkerRecord, 'resumeHash' | 'pid'>): void {
    this.launchers.set(worker, launcher);
  }

  forgetLauncher(worker: string): void {
    this.launchers.delete(worker);
  }

  /** How many times in a row it has crashed. */
  crashes(worker: string): number {
    return this.crashed.get(worker) ?? 0;
  }

  setCrashes(worker: string, crashes: number): void {
    this.crashed.set(worker, crashes);
  }

  forgetCrashes(worker: string): void {
    this.crashed.delete(worker);
  }

  /** Whether it had ended under the last host, and was not started since. */
  wasOver(worker: string): boolean {
    return this.over.has(worker);
  }

  /** It is started again. */
  begins(worker: string): void {
    this.over.delete(worker);
  }
}
