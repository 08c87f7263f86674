import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A local server as the next host of its window will know it. The hash recognises its keeper and is no secret. */
export interface ServerRecord {
  readonly version: 1;
  readonly id: string;
  readonly resumeHash: string;
  /** Process id of its keeper. */
  readonly keeper: number;
  readonly program: string;
  readonly port: number;
  readonly persist: boolean;
  /** Id of the connection that leads to it. */
  readonly connection?: string;
}

/** The record of one window of the workspace; windows are numbered from 0. */
export function recordFile(folder: string, slot: number): string {
  return join(folder, `server-${slot}.json`);
}

/** Whether an earlier host of a window of this workspace may have left a server that still runs. */
export async function hasLeftServer(folder: string): Promise<boolean> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^server-\d+\.json$/.test(name)) continue;
    const record = await readRecord(join(folder, name));
    if (record !== undefined && isAlive(record.keeper)) return true;
  }
  return false;
}

/** Undefined where there is none, or one of another version. */
export async function readRecord(file: string): Promise<ServerRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as ServerRecord;
    return record.version === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
