import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Teardown } from './teardown';

/**
 * A new empty folder below the system's temporary folder (TMPDIR), removed with everything in it by `teardown`.
 * The prefix is kept short: sockets are made in such folders, and their paths are limited to about 100 bytes.
 */
export async function tempFolder(teardown: Teardown, purpose: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `rm-${purpose}-`)));
  teardown.add(`the temporary folder ${folder}`, () => removeFolder(folder));
  return folder;
}

/** Removes a folder, also while a process that is just ending still writes its last file into it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
