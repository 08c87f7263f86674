import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const listLimitMs = 5_000;

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

/** Signals a process, unless it has ended or is another user's. */
export function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))
      return;
    throw error;
  }
}

/** The others that live in the process group that this process leads; none on Windows, or where it leads none. */
export function restOfGroup(): readonly number[] {
  if (process.platform === 'win32') return [];
  const lines = process.platform === 'linux' ? linuxProcesses() : listedProcesses();
  return lines
    .filter(({ pid, group, state }) => group === process.pid && pid !== process.pid && !state.startsWith('Z'))
    .map(({ pid }) => pid);
}

interface ListedProcess {
  readonly pid: number;
  readonly group: number;
  /** As ps writes it: `Z` has ended and is not yet reaped. */
  readonly state: string;
}

function linuxProcesses(): readonly ListedProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = statOf(name);
    // The program's name, in parentheses, may hold anything.
    const [state = 'Z', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid: Number(name), group: Number(group), state }];
  });
}

/** Empty for one that has ended meanwhile. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

function listedProcesses(): readonly ListedProcess[] {
  const options = { encoding: 'utf8', timeout: listLimitMs } as const;
  const listed = spawnSync('ps', ['-A', '-o', 'pid=,pgid=,state='], options).stdout ?? '';
  return listed.split('\n').flatMap((line) => {
    const [pid = '', group = '', state = 'Z'] = line.trim().split(/\s+/);
    return pid === '' ? [] : [{ pid: Number(pid), group: Number(group), state }];
  });
}

/** Windows knows no groups: ends a program and all that it started, at once. */
export function endTreeOnWindows(pid: number): void {
  spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', timeout: 5_000 });
}
