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
  return process.platform !== 'linux' || (await processState(pid)) !== 'Z';
}

/**
 * Ends a process and everything it started, each by its id: asks the process (SIGTERM), which has `graceMs`
 * milliseconds to end and to end its own; what then still runs, or a second after it has gone, is forced (SIGKILL).
 * Children are looked up before the first signal, because afterwards nobody knows any more whose they were.
 */
export async function endProcessTree(pid: number, graceMs = 5_000): Promise<void> {
  const tree = [pid, ...(await descendants(pid))];
  signal(pid, 'SIGTERM');
  if ((await allGone([pid], graceMs)) && (await allGone(tree, 1_000))) return;
  const late = await descendants(pid);
  for (const each of new Set([...tree, ...late])) signal(each, 'SIGKILL');
  await allGone(tree, 2_000);
}

/** Ends everything this process has started, e.g. through a library that does not hand out its child's id. */
export async function endChildren(): Promise<void> {
  const parents = await parentsByChild();
  const children = parents.filter(([, parent]) => parent === process.pid).map(([child]) => child);
  await Promise.all(children.map((child) => endProcessTree(child)));
}

/** Sends a signal to one process; that it is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function allGone(pids: number[], limitMs: number): Promise<boolean> {
  try {
    await until(limitMs, 'Ending processes', async () => {
      const alive = await Promise.all(pids.map(isAlive));
      return alive.includes(true) ? undefined : true;
    });
    return true;
  } catch {
    return false;
  }
}

/** Ids of all children, their children and so on, nearest first. */
export async function descendants(pid: number): Promise<number[]> {
  const parents = await parentsByChild();
  const found: number[] = [];
  for (let generation = [pid]; generation.length > 0; ) {
    generation = parents.filter(([, parent]) => generation.includes(parent)).map(([child]) => child);
    found.push(...generation);
  }
  return found;
}

function parentsByChild(): Promise<[child: number, parent: number][]> {
  return process.platform === 'linux' ? parentsFromProc() : parentsFromPs();
}

async function parentsFromProc(): Promise<[child: number, parent: number][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const pairs = await Promise.all(
    pids.map(
      async (pid): Promise<[number, number]> => [
        Number(pid),
        Number((await statFields(Number(pid)))[1] ?? -1),
      ],
    ),
  );
  return pairs;
}

async function processState(pid: number): Promise<string | undefined> {
  return (await statFields(pid))[0];
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

async function parentsFromPs(): Promise<[child: number, parent: number][]> {
  const lines = await listWithPs('ppid=');
  return lines.map(([pid, parent]) => [pid, Number(parent)]);
}

/** Ids of the processes whose command line holds this text. */
export async function processesWithArgument(text: string): Promise<number[]> {
  const lines = await listWithPs('command=');
  return lines.filter(([, command]) => command.includes(text)).map(([pid]) => pid);
}

/** Asks `ps` for one column of all processes. Windows has none: there nothing is found. */
async function listWithPs(column: string): Promise<[pid: number, value: string][]> {
  if (process.platform === 'win32') return [];
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=', '-o', column]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [, pid, value] = /^\s*(\d+)\s*(.*)$/.exec(line) ?? [];
      return [Number(pid), value ?? ''];
    });
}
