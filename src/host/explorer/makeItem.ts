import * as vscode from 'vscode';
import type { ExplorerNode } from '../../core/explorerNode';
import { type CommandId, fullCommandId } from '../contributed';

/** What a line of the explorer shows beside its label. */
export interface ItemParts {
  readonly icon?: string;
  readonly color?: string;
  readonly context?: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly command?: readonly [CommandId, ExplorerNode];
}

/** A tree item of the explorer; a click runs `command` on the node. */
export function makeItem(
  label: string,
  collapsible: vscode.TreeItemCollapsibleState,
  parts: ItemParts,
): vscode.TreeItem {
  const item = new vscode.TreeItem(label, collapsible);
  if (parts.icon !== undefined) {
    item.iconPath = new vscode.ThemeIcon(
      parts.icon,
      parts.color === undefined ? undefined : new vscode.ThemeColor(parts.color),
    );
  }
  if (parts.context !== undefined) item.contextValue = parts.context;
  if (parts.description !== undefined) item.description = parts.description;
  item.tooltip = parts.tooltip ?? label;
  if (parts.command !== undefined) {
    const [id, node] = parts.command;
    item.command = { command: fullCommandId(id), title: label, arguments: [node] };
  }
  return item;
}

/** A count in the user's notation. */
export function formatCount(count: number): string {
  return count.toLocaleString(vscode.env.language);
}

/** A number of keys, as a sentence takes it. */
export function keyCount(keys: number): string {
  return keys === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', formatCount(keys));
}
