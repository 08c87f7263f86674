import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the local server of one window works. */
export interface ServerPlace {
  /** Its working folder. */
  readonly folder: string;
  /** What it and its keeper write. */
  readonly log: string;
  /** The volume of a container that keeps its data. */
  readonly volume: string;
}

/** @param root the workspace's folder for local servers; windows on it are numbered from 0. */
export function serverPlace(root: string, slot: number, persist: boolean): ServerPlace {
  const workspace = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return {
    folder: join(root, `${persist ? 'data' : 'scratch'}-${slot}`),
    log: join(root, `server-${slot}.log`),
    volume: `redis-messaging-${workspace}-${slot}`,
  };
}

/** Makes the place ready for a start: the log is empty, and without persistence the folder is, too. */
export async function preparePlace({ folder, log }: ServerPlace, persist: boolean): Promise<void> {
  if (!persist) await clearPlace(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(log, '', { mode: 0o600 });
}

/** Removes a working folder with all that is in it. */
export async function clearPlace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
