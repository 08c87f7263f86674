import { toBytes } from '../../core/messageValue';
import type { WorkerGroup } from '../../core/workerGroups';
import type { Connections } from '../connections';
import type { ExplorerView } from './explorerView';

/**
 * Shows the queues that workers of this window are on: one that its workers keep empty does not exist in Redis, so that
 * no search could ever find it.
 */
export function showWorkerQueues(
  groups: readonly WorkerGroup[],
  connections: Connections,
  explorer: ExplorerView,
): void {
  for (const { connection, targets } of groups) {
    const profile = connections.profiles.find(({ id }) => id === connection.id);
    if (profile === undefined) continue;
    for (const target of targets) {
      if (target.kind === 'queue') explorer.noticeQueue(profile, toBytes(target.name));
    }
  }
}
