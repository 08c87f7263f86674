import type { LauncherMessage, WorkerEnd, WorkerProgress } from '../../protocol/workerLease';

/** What launchers do, by worker id. */
export interface LeaseEvents {
  /** A launcher got its command. `resumeHash` recognises it when this window is reloaded; it is no secret. */
  accepted(worker: string, pid: number, resumeHash: string): void;
  /** A launcher that an earlier host of this window had accepted. */
  resumed(worker: string, launcher: Extract<LauncherMessage, { kind: 'resume' }>): void;
  started(worker: string, child: { readonly pid: number; readonly since: number }): void;
  notStarted(worker: string, reason: string): void;
  ready(worker: string): void;
  progress(worker: string, progress: WorkerProgress): void;
  ended(worker: string, end: WorkerEnd): void;
  /** The socket closed: the launcher was killed, or will be back in a moment. */
  disconnected(worker: string): void;
}

/** Tells what a launcher says of its worker. How a launcher introduces itself is no event. */
export function tell(events: LeaseEvents, worker: string, message: LauncherMessage): void {
  switch (message.kind) {
    case 'started':
      events.started(worker, message.child);
      return;
    case 'notStarted':
      events.notStarted(worker, message.reason);
      return;
    case 'ready':
      events.ready(worker);
      return;
    case 'progress':
      events.progress(worker, message);
      return;
    case 'ended':
      events.ended(worker, message.end);
      return;
    case 'hello':
    case 'resume':
    case 'yield':
      return;
  }
}
