import * as vscode from 'vscode';
import { displayBytes } from '../../core/displayText';
import { fromBytes } from '../../core/messageValue';
import { peek } from '../../core/queue';
import type { CommandHandler } from '../commandRunner';
import { targetConnection, targetPort } from '../commandTarget';
import { plainNotice } from '../plainText';
import { queueDirection } from '../queueDirections';
import type { Services } from '../services';
import { targetQueue } from './targetQueue';

/**
 * `{connection?, queue, offset?, count?}` → `{messages, length}`, by LRANGE; nothing is taken. `offset` 0 is the message
 * to be consumed next. Interactively opens that message.
 */
export function queuePeek(services: Services): CommandHandler {
  return async (invocation) => {
    const { connections, documents } = services;
    const profile = await targetConnection(connections, invocation);
    const queue = await targetQueue(services, invocation, profile, vscode.l10n.t('Look into which queue?'));
    const { args } = invocation;
    const { messages, length, cut } = await peek(
      await targetPort(connections, invocation, profile, 'read'),
      queue,
      queueDirection(queue).end,
      {
        offset: args.count('offset', 0, 2_147_483_647) ?? 0,
        count: args.count('count', 1, 100_000) ?? 1,
        byteBudget: 67_108_864,
      },
    );
    if (invocation.interactive) {
      const [next] = messages;
      const label = displayBytes(queue, 60);
      if (next === undefined)
        void vscode.window.showInformationMessage(plainNotice(vscode.l10n.t('{0} is empty.', label)));
      else await documents.open(next, vscode.l10n.t('{0} · next', label));
    }
    return { messages: messages.map(fromBytes), length, ...(cut ? { cut } : {}) };
  };
}
