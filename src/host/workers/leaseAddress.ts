import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { Failure } from '../../core/failure';

/** Systems take socket paths of about 104 bytes; beyond this we go to /tmp. */
const longestPath = 96;

/**
 * Where the extension host listens for launchers: the same for a workspace every time, so that launchers find the host of
 * a reloaded window. Each further window on the workspace has a slot of its own.
 * @param workspace anything that is the same for this workspace in this editor, and different elsewhere
 */
export function leaseAddress(workspace: string, slot: number): string {
  const name = `${createHash('sha256').update(workspace).digest('hex').slice(0, 16)}-${slot}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\redis-messaging-${name}`;
  return join(socketFolder(), `${name}.sock`);
}

/**
 * Makes the folder of the sockets, which only this user may enter.
 * @throws {Failure} `internal` when somebody else owns it or has access
 */
export async function prepareSocketFolder(): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = socketFolder();
  await mkdir(folder, { mode: 0o700, recursive: true });
  const found = await lstat(folder);
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  if (ours) return;
  throw new Failure('internal', l10n.t('The folder {0} is not private to you.', folder), {
    hint: l10n.t('Remove it, and start the worker again.'),
  });
}

function socketFolder(): string {
  const name = `redis-messaging-${process.getuid?.() ?? 0}`;
  const folder = join(tmpdir(), name);
  return folder.length + 24 > longestPath ? join('/tmp', name) : folder;
}
