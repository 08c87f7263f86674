import * as vscode from 'vscode';
import { displayBytes } from '../../core/displayText';
import { push, type QueueEnd } from '../../core/queue';
import type { CommandHandler } from '../commandRunner';
import { confirmSize, targetConnection, targetMessages, targetPort, titleOn } from '../commandTarget';
import { plainLabel } from '../plainText';
import { queueDirection } from '../queueDirections';
import type { Services } from '../services';
import { targetQueue } from './targetQueue';

/**
 * `{connection?, queue, message | messages, end?, confirmed?}` → `{length}`, by LPUSH or RPUSH. Without `end` messages
 * go to the end that consumers do not take, so that the queue is first in, first out.
 */
export function queuePush(services: Services): CommandHandler {
  return async (invocation) => {
    const { connections, explorer } = services;
    const profile = await targetConnection(connections, invocation);
    const queue = await targetQueue(
      services,
      invocation,
      profile,
      titleOn(profile, vscode.l10n.t('Push to which queue?')),
    );
    const label = displayBytes(queue, 60);
    const messages = await targetMessages(invocation, titleOn(profile, vscode.l10n.t('Push to {0}', label)));
    await confirmSize(invocation, messages);
    const end =
      invocation.args.oneOf<QueueEnd>('end', ['head', 'tail']) ??
      (queueDirection(queue).end === 'tail' ? 'head' : 'tail');
    const port = await targetPort(connections, invocation, profile, 'write');
    const length = await push(port, queue, messages, end);
    explorer.noticeQueue(profile, queue);
    if (invocation.interactive) {
      const command = end === 'head' ? 'LPUSH' : 'RPUSH';
      vscode.window.setStatusBarMessage(
        length === 1
          ? vscode.l10n.t('{0}: pushed to {1}, 1 message now', command, plainLabel(label))
          : vscode.l10n.t('{0}: pushed to {1}, {2} messages now', command, plainLabel(label), length),
        5_000,
      );
    }
    return { length };
  };
}
