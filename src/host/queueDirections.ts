import * as vscode from 'vscode';
import type { QueueDirection } from '../core/databaseModel';
import { decodeUtf8 } from '../core/messageValue';
import type { QueueEnd } from '../core/queue';
import { askPick } from './ask';
import { changeSetting, setting } from './settings';

/** The end that consumers of a queue take: known by name from a setting, else the general setting, and then assumed. */
export function queueDirection(queue: Buffer): QueueDirection {
  const name = decodeUtf8(queue);
  const known = name === undefined ? undefined : setting('queue.directions')[name];
  if (known === 'head' || known === 'tail') return { end: known, assumed: false };
  return { end: setting('queue.consume'), assumed: true };
}

/**
 * The direction of a queue, asked once where it is only assumed, and remembered in the setting
 * `redisMessaging.queue.directions`. @throws {Failure} `cancelled`.
 */
export async function askQueueDirection(queue: Buffer, label: string): Promise<QueueEnd> {
  const { end, assumed } = queueDirection(queue);
  if (!assumed) return end;
  const tail = {
    label: vscode.l10n.t('Tail'),
    description: vscode.l10n.t('consumers run RPOP, BRPOP or LMOVE … RIGHT'),
    value: 'tail' as const,
  };
  const head = {
    label: vscode.l10n.t('Head'),
    description: vscode.l10n.t('consumers run LPOP, BLPOP or LMOVE … LEFT'),
    value: 'head' as const,
  };
  const picked = await askPick(
    vscode.l10n.t('From which end do the consumers of {0} take? (asked once)', label),
    end === 'tail' ? [tail, head] : [head, tail],
  );
  const name = decodeUtf8(queue);
  if (name !== undefined) {
    await changeSetting('queue.directions', (directions) => ({ ...directions, [name]: picked }));
  }
  return picked;
}
