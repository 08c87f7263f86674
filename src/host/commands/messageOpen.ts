import * as vscode from 'vscode';
import { displayBytes } from '../../core/displayText';
import { missingArgument } from '../commandArguments';
import type { CommandHandler } from '../commandRunner';
import type { Services } from '../services';

/** Node of a previewed message, or `{message, title?}` → `{}`. Opens it in a read-only editor. */
export function messageOpen({ documents }: Services): CommandHandler {
  return async ({ node, args }) => {
    if (node !== undefined && 'message' in node && Buffer.isBuffer(node.message)) {
      const queue = 'queue' in node && Buffer.isBuffer(node.queue) ? displayBytes(node.queue, 60) : '';
      const offset = 'offset' in node && typeof node.offset === 'number' ? node.offset : 0;
      const place = offset === 0 ? vscode.l10n.t('next') : `+${offset}`;
      await documents.open(node.message, `${queue} · ${place}`);
      return {};
    }
    const message = args.bytes('message');
    if (message === undefined) throw missingArgument('message');
    await documents.open(message, args.text('title') ?? vscode.l10n.t('message'));
    return {};
  };
}
