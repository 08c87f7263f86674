import * as vscode from 'vscode';
import { cancelled, Failure } from '../../core/failure';
import { isAlive, isHeld, type Worker } from '../../core/workerGroups';
import { programName } from '../../core/workerProgram';
import { lastLines } from '../../core/workerWords';
import type { WorkerLedger } from './workerLedger';

/** Many that start at once on a busy machine take their time; one that cannot start says so at once. */
const startLimitMs = 60_000;
const printLimitMs = 5_000;

/**
 * Waits at most 60 s until a worker runs. One that ran and has finished by now did start.
 * @throws {Failure} with the cause why it did not start, `timeout` or `cancelled`
 */
export async function workerStarted(ledger: WorkerLedger, id: string): Promise<void> {
  const settled = ({ state }: Worker): boolean => state.kind === 'running' || state.kind === 'ended';
  await untilWorker(ledger, id, settled, startLimitMs);
  const { state } = ledger.find(id).worker;
  if (state.kind === 'ended' && state.why !== 'exit') throw startFailure(ledger, id);
}

/**
 * Waits at most 60 s until a worker has its connection or subscription.
 * @throws {Failure} when it ended before, `timeout` or `cancelled`
 */
export async function workerReady(ledger: WorkerLedger, id: string): Promise<void> {
  await untilWorker(ledger, id, (worker) => worker.ready || !isAlive(worker), startLimitMs);
  if (!isAlive(ledger.find(id).worker)) throw startFailure(ledger, id);
}

/** Resolves once a worker has ended. @throws {Failure} `timeout` or `cancelled` */
export function workerEnded(ledger: WorkerLedger, id: string, limitMs: number): Promise<void> {
  return untilWorker(ledger, id, (worker) => !isAlive(worker), limitMs);
}

/** Resolves once a worker does not wait for its terminal any more. @throws {Failure} `timeout` or `cancelled` */
export function workerPrints(ledger: WorkerLedger, id: string): Promise<void> {
  return untilWorker(
    ledger,
    id,
    (worker) => !isHeld(worker),
    printLimitMs,
    () => {
      const what = vscode.l10n.t('The terminal of this worker still takes no output.');
      return new Failure('timeout', what, {
        hint: vscode.l10n.t('"Developer: Reload Window" lets it go on: workers outlive that.'),
      });
    },
  );
}

/**
 * Resolves once a worker fulfils the condition.
 * @throws {Failure} `timeout`, or `cancelled` when the worker was removed meanwhile
 */
function untilWorker(
  ledger: WorkerLedger,
  id: string,
  condition: (worker: Worker) => boolean,
  limitMs: number,
  tooLate = () => silence(limitMs),
): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const worker = ledger.peek(id);
      if (worker === undefined) settle(() => reject(cancelled()));
      else if (condition(worker)) settle(resolve);
    };
    const settle = (then: () => void): void => {
      clearTimeout(limit);
      subscription.dispose();
      then();
    };
    const limit = setTimeout(() => settle(() => reject(tooLate())), limitMs);
    const subscription = ledger.onDidChange(check);
    check();
  });
}

function silence(limitMs: number): Failure {
  const what = vscode.l10n.t('The worker did not answer within {0} s.', limitMs / 1_000);
  return new Failure('timeout', what, { hint: vscode.l10n.t('Its terminal may tell why.') });
}

function startFailure(ledger: WorkerLedger, id: string): Failure {
  const { group, worker } = ledger.find(id);
  const reason = worker.state.kind === 'ended' ? lastLines(worker.state.end.stderrTail, 3).join(' ') : '';
  const name = `${programName(group.program)} #${worker.number}`;
  const message =
    reason === ''
      ? vscode.l10n.t('{0} did not start.', name)
      : vscode.l10n.t('{0} did not start: {1}', name, reason);
  if (group.program.kind !== 'script' || group.program.compose !== undefined) {
    return new Failure('internal', message, { hint: vscode.l10n.t('Its terminal may tell more.') });
  }
  const hint = vscode.l10n.t(
    'Script, folder and interpreter must exist. The setting redisMessaging.interpreters names the interpreter.',
  );
  return new Failure('notFound', message, { hint });
}
