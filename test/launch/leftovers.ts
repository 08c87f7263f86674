import { readdir, readFile, readlink } from 'node:fs/promises';

/** Set for everything a test run starts, so that what it leaves behind can be told from everything else. */
export const runVariable = 'EXTENSION_TEST_RUN';

/** A process that should have ended. */
export interface Leftover {
  pid: number;
  /** Its program and arguments. */
  command: string;
}

/**
 * Processes of this run, other than this one: those that carry its mark in their environment, and those that work in its
 * temporary folder (redis-server writes its title over its environment). Only Linux tells; elsewhere the list is empty.
 */
export async function findLeftovers(run: string): Promise<Leftover[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid): Promise<Leftover[]> => {
      try {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
        const marked = environment.split('\0').includes(`${runVariable}=${run}`);
        if (!marked && !(await readlink(`/proc/${pid}/cwd`)).startsWith(`${run}/`)) return [];
        const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
        return [{ pid: Number(pid), command }];
      } catch {
        return []; // It ended while we looked, or belongs to somebody else.
      }
    }),
  );
  return found.flat();
}
