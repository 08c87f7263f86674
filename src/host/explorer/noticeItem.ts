import * as vscode from 'vscode';
import type { NoticeAction, NoticeNode } from '../../core/explorerNode';
import type { CommandId } from '../contributed';
import { makeItem } from './makeItem';

const noticeCommands: Record<NoticeAction, CommandId> = {
  connect: 'connection.connect',
  edit: 'connection.edit',
  log: 'log.show',
  refresh: 'explorer.refresh',
};

const noticeActionIcons: Record<NoticeAction, string> = {
  connect: 'debug-restart',
  edit: 'edit',
  log: 'output',
  refresh: 'refresh',
};

/** A sentence as a line of the tree; one with an action is clicked to take it. */
export function noticeItem(node: NoticeNode): vscode.TreeItem {
  const { action } = node;
  const icons = { info: 'info', hint: 'info', progress: 'loading~spin', error: 'error', more: 'blank' };
  return makeItem(node.text, vscode.TreeItemCollapsibleState.None, {
    icon: action === undefined ? icons[node.tone] : noticeActionIcons[action],
    tooltip: node.whole ?? node.text,
    ...(node.tone === 'error' ? { color: 'list.errorForeground' } : {}),
    ...(action === undefined ? {} : { command: [noticeCommands[action], node] as const }),
  });
}
