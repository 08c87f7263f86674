import { spawnSync } from 'node:child_process';

/**
 * Signals the process group that this process leads, so the worker and whatever it started. This process is in it and
 * must have its own handler, except for SIGKILL, which ends it too.
 * @returns false when it leads none (it was not started as a terminal's shell)
 */
export function signalGroup(signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-process.pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Windows knows no groups: ends a program and all that it started, at once. */
export function endTreeOnWindows(pid: number): void {
  spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', timeout: 5_000 });
}
