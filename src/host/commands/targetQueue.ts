import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connectionProfile';
import type { Invocation } from '../commandRunner';
import { targetName } from '../commandTarget';
import type { Services } from '../services';

/** The queue that a command acts on; when asked for, with the known queues on offer. */
export function targetQueue(
  { models }: Services,
  invocation: Invocation,
  profile: ConnectionProfile,
  title: string,
): Promise<Buffer> {
  return targetName(invocation, {
    field: 'queue',
    title,
    prompt: vscode.l10n.t('Name of the queue (a Redis list)'),
    what: vscode.l10n.t('queue'),
    known: models
      .model(profile)
      .catalog.entries('queue')
      .map(({ name }) => name),
  });
}
