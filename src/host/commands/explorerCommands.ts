import * as vscode from 'vscode';
import { displayBytes } from '../../core/displayText';
import { decodeUtf8 } from '../../core/messageValue';
import { askText } from '../ask';
import { missingArgument } from '../commandArguments';
import type { CommandHandler, InvokedNode } from '../commandRunner';
import type { Services } from '../services';

/** `{}` → `{}`, once what is on screen is up to date. */
export function explorerRefresh({ explorer }: Services): CommandHandler {
  return async () => {
    await explorer.refresh();
    return {};
  };
}

/** `{glob}` → `{}`. Shows only names that match a Redis glob. */
export function explorerFilter({ explorer, models }: Services): CommandHandler {
  return async ({ args, interactive }) => {
    const given = args.text('glob');
    if (given === undefined && !interactive) throw missingArgument('glob');
    const text =
      given ??
      (await askText({
        title: vscode.l10n.t('Filter Names'),
        prompt: vscode.l10n.t(
          'Redis glob: * any text, ? one character, [ab] one of these. A plain word finds names that contain it.',
        ),
        value: models.glob ?? '',
      }));
    const trimmed = text.trim();
    const isGlob = /[*?[]/.test(trimmed);
    await explorer.filter(trimmed === '' ? undefined : isGlob ? trimmed : `*${trimmed}*`);
    return {};
  };
}

/** → `{}`. Shows all names again. */
export function explorerClearFilter({ explorer }: Services): CommandHandler {
  return async () => {
    await explorer.filter(undefined);
    return {};
  };
}

/** Node of a drained queue → `{}`. Removes it from the sidebar only. */
export function explorerDismiss({ models, connections }: Services): CommandHandler {
  return async ({ node }) => {
    const named = namedNode(node);
    models.model(connections.resolve(named.connection)).dismiss(named.name);
    return {};
  };
}

/** Node with a name → `{name}`, which is then on the clipboard; what is no text goes as it is shown. */
export function explorerCopyName(): CommandHandler {
  return async ({ node }) => {
    const { name } = namedNode(node);
    const text = decodeUtf8(name) ?? displayBytes(name, name.length * 4);
    await vscode.env.clipboard.writeText(text);
    return { name: text };
  };
}

/** Node *Load more* of a queue → `{}`. */
export function explorerLoadMore({ models, connections, explorer }: Services): CommandHandler {
  return async ({ node }) => {
    if (node === undefined || !('queue' in node && Buffer.isBuffer(node.queue) && 'connection' in node)) {
      throw missingArgument('queue');
    }
    models.model(connections.resolve(String(node.connection))).loadMore(node.queue);
    await explorer.refresh();
    return {};
  };
}

function namedNode(node: InvokedNode | undefined): { readonly connection: string; readonly name: Buffer } {
  if (node === undefined || !('name' in node && Buffer.isBuffer(node.name) && 'connection' in node)) {
    throw missingArgument('name');
  }
  return { connection: String(node.connection), name: node.name };
}
