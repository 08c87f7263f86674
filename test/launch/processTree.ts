import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { until } from './limits';

/** True while a process with this id exists (a zombie nobody has waited for does not count). */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return process.platform !== 'linux' || (await statFields(pid))[0] !== 'Z';
}

/**
 * Ends a process and everything it started, each by its id: asks the process (SIGTERM), which has `graceMs`
 * milliseconds to end and to end its own; what then still runs, or a second after it has gone, is forced (SIGKILL).
 */
export async function endProcessTree(pid: number, graceMs = 5_000): Promise<void> {
  // Who belongs to it is asked before the first signal and all the while: afterwards nobody knows whose they were.
  const tree = new Set([pid]);
  const addChildren = async () => {
    for (const child of await startedBy(tree)) tree.add(child);
  };
  const gone = async (pids: Iterable<number>) => {
    await addChildren();
    const alive = await Promise.all([...pids].map(isAlive));
    return !alive.includes(true);
  };
  await addChildren();
  signal(pid, 'SIGTERM');
  await becomesTrue(graceMs, () => gone([pid]));
  if (await becomesTrue(1_000, () => gone(tree))) return;
  for (const each of tree) signal(each, 'SIGKILL');
  await becomesTrue(2_000, () => gone(tree));
}

/** Ends everything this process has started, e.g. through a library that does not hand out its child's id. */
export async function endChildren(): Promise<void> {
  const children = (await listProcesses()).filter(({ parent }) => parent === process.pid);
  await Promise.all(children.map(({ pid }) => endProcessTree(pid)));
}

/** Sends a signal to one process; that it is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** @returns false when it did not become true within the limit */
async function becomesTrue(limitMs: number, probe: () => Promise<boolean>): Promise<boolean> {
  try {
    return await until(limitMs, 'Ending processes', async () => ((await probe()) ? true : undefined));
  } catch {
    return false;
  }
}

/**
 * Ids of what these processes started, and what that started, and so on. A process whose starter has ended already is
 * known by its process group, where one of these leads it.
 */
async function startedBy(pids: Iterable<number>): Promise<number[]> {
  const processes = await listProcesses();
  const found = new Set(pids);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent, group } of processes) {
      if (found.has(parent) || found.has(group)) found.add(pid);
    }
  }
  return [...found];
}

/** Id of the process that started another, on Linux; NaN when that has ended. */
export async function parentOf(pid: number): Promise<number> {
  return Number((await statFields(pid))[1]);
}

/** Memory that what this process started holds in RAM, in bytes; shared pages count in each. 0 where only Linux tells. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const pids = (await startedBy([pid])).filter((each) => each !== pid);
  const pages = await Promise.all(pids.map(async (each) => Number((await statFields(each))[21] ?? 0)));
  return pages.reduce((sum, count) => sum + count, 0) * 4096;
}

interface ProcessEntry {
  pid: number;
  parent: number;
  /** Id of the process that leads its group; children are in their parent's group unless they made one of their own. */
  group: number;
}

async function listProcesses(): Promise<ProcessEntry[]> {
  if (process.platform !== 'linux') {
    const lines = await listWithPs('ppid=,pgid=');
    return lines.map(([pid, value]) => {
      const [parent = -1, group = -1] = value.trim().split(/\s+/).map(Number);
      return { pid, parent, group };
    });
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      const [, parent = -1, group = -1] = await statFields(pid);
      return { pid, parent: Number(parent), group: Number(group) };
    }),
  );
}

/** Fields of /proc/<pid>/stat from the state on; empty when the process has ended meanwhile. */
async function statFields(pid: number): Promise<string[]> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may itself hold blanks and parentheses.
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Ids of the processes whose command line holds this text. */
export async function processesWithArgument(text: string): Promise<number[]> {
  const lines = await listWithPs('command=');
  return lines.filter(([, command]) => command.includes(text)).map(([pid]) => pid);
}

/** Asks `ps` for columns of all processes. Windows has none: there nothing is found. */
async function listWithPs(columns: string): Promise<[pid: number, value: string][]> {
  if (process.platform === 'win32') return [];
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=', '-o', columns]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [, pid, value] = /^\s*(\d+)\s*(.*)$/.exec(line) ?? [];
      return [Number(pid), value ?? ''];
    });
}
