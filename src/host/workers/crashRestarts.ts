import type * as vscode from 'vscode';
import { backOffMs, crashToRestart } from '../../core/crashRestart';
import { failed } from '../../core/workerGroups';
import type { Log } from '../log';
import type { EndedWorker, WorkerLedger } from './workerLedger';

/** Restarts workers that crashed, later each time, up to the number of times that their group names. */
export class CrashRestarts implements vscode.Disposable {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly ledger: WorkerLedger,
    private readonly restart: (worker: string) => Promise<unknown>,
    private readonly log: Log,
  ) {
    this.subscription = ledger.onDidEnd((ended) => this.consider(ended));
  }

  /** Lets a worker that waits for its restart be ended. */
  cancel(worker: string): void {
    clearTimeout(this.timers.get(worker));
    this.timers.delete(worker);
    this.ledger.giveUp(worker);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.subscription.dispose();
  }

  private consider({ worker, ranMs, stopping }: EndedWorker): void {
    const { group, worker: ended } = this.ledger.find(worker);
    const { state } = ended;
    // What could not be started at all will not be startable in a second.
    if (state.kind !== 'ended' || state.why === 'notStarted' || stopping || !failed(state)) return;
    const rule = { most: group.restarts, crashes: this.ledger.crashes(worker) };
    const crashes = crashToRestart(rule, ranMs);
    if (crashes === undefined) return;
    const waitMs = backOffMs(crashes);
    this.ledger.waiting(worker, crashes, Date.now() + waitMs);
    clearTimeout(this.timers.get(worker));
    this.timers.set(
      worker,
      setTimeout(() => {
        this.timers.delete(worker);
        // Dismissed, or closed by hand.
        if (this.ledger.peek(worker)?.state.kind !== 'waiting') return;
        // Its state tells why it did not start.
        this.restart(worker).catch((error) => this.log.error(worker, error));
      }, waitMs),
    );
  }
}
