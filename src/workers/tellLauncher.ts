import type { BuiltInReport } from '../protocol/workerLease';

/** Tells the launcher over IPC; it may be gone by now, and then nobody asks. */
export function tellLauncher(report: BuiltInReport): void {
  if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
}
