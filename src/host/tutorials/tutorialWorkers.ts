import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { cancelled, Failure } from '../../core/failure';
import { isAlive, type WorkerGroup } from '../../core/workerGroups';
import { type WorkerTemplate, workerOptions } from '../../core/workerTemplates';
import type { WorkerTarget } from '../../protocol/workerLease';
import type { GroupRequest, WorkerService } from '../workers/workerService';

/** A worker of a tutorial. */
export interface TutorialWorker {
  readonly template?: WorkerTemplate;
  /** A script instead of a template: the absolute path, and its arguments. */
  readonly script?: { readonly file: string; readonly args: readonly string[] };
  readonly target?: WorkerTarget;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly count?: number;
  /** The terminals open at once, but the programs start only after this. */
  readonly after?: Promise<unknown>;
}

/** The request to launch it. */
export function tutorialRequest(
  { id, name }: ConnectionProfile,
  { template = 'queueWorker', script, target, options = {}, count = 1, after }: TutorialWorker,
): GroupRequest {
  const program =
    script === undefined
      ? ({ kind: 'builtIn', template, options: workerOptions(template, options) } as const)
      : ({ kind: 'script', ...script, cwd: dirname(script.file) } as const);
  const targets = target === undefined ? [] : [target];
  const definition = { program, targets, connection: { id, name }, restarts: 0 };
  return { definition, count, ...(after === undefined ? {} : { after }) };
}

/**
 * Waits until a group is as it should be.
 * @param what completes the sentence "Waiting for … took longer than {0} s."
 * @throws {Failure} `timeout`, `cancelled`, or `notFound` when the group was dismissed
 */
export function groupUntil(
  service: WorkerService,
  group: string,
  { what, isSo, limitMs, signal }: GroupWait,
): Promise<WorkerGroup> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      changes.dispose();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const look = (): void => {
      try {
        const found = service.group(group);
        if (isSo(found)) finish(() => resolve(found));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const onAbort = (): void => finish(() => reject(cancelled()));
    const timer = setTimeout(() => finish(() => reject(tookTooLong(what, limitMs))), limitMs);
    const changes = service.onDidChange(look);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else look();
  });
}

export interface GroupWait {
  readonly what: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  isSo(group: WorkerGroup): boolean;
}

/** Every worker of it has ended. */
export function hasEnded(group: WorkerGroup): boolean {
  return !group.workers.some(isAlive);
}

/** How many messages the workers of a group have counted so far. */
export function doneBy({ workers }: WorkerGroup): number {
  return workers.reduce((sum, { count }) => sum + (count?.done ?? 0), 0);
}

/** The failure of something that did not come about in time. */
export function tookTooLong(what: string, limitMs: number): Failure {
  const message = vscode.l10n.t('Waiting for {0} took longer than {1} s.', what, Math.round(limitMs / 1_000));
  const hint = vscode.l10n.t('The terminals of the workers tell more.');
  return new Failure('timeout', message, { hint });
}
