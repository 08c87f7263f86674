import * as vscode from 'vscode';
import type { NoticeAction, NoticeNode } from '../../core/explorerNode';
import { clockTime } from '../connectionLook';
import type { CommandId } from '../contributed';
import { makeItem } from './makeItem';

const noticeCommands: Record<NoticeAction, CommandId> = {
  connect: 'connection.connect',
  startServer: 'server.start',
  edit: 'connection.edit',
  log: 'log.show',
  refresh: 'explorer.refresh',
};

const noticeActionIcons: Record<NoticeAction, string> = {
  connect: 'debug-restart',
  startServer: 'play',
  edit: 'edit',
  log: 'output',
  refresh: 'refresh',
};

const toneIcons: Record<NoticeNode['tone'], string> = {
  info: 'info',
  hint: 'info',
  refused: 'lock',
  progress: 'loading~spin',
  error: 'error',
  more: 'blank',
};

/** A sentence as a line of the tree; one with an action is clicked to take it. */
export function noticeItem(node: NoticeNode): vscode.TreeItem {
  const { action } = node;
  const time = node.at === undefined ? undefined : clockTime(node.at);
  return makeItem(node.text, vscode.TreeItemCollapsibleState.None, {
    icon:
      time !== undefined
        ? 'history'
        : action === undefined
          ? toneIcons[node.tone]
          : noticeActionIcons[action],
    tooltip: node.whole ?? (time === undefined ? node.text : `${node.text} ${time}`),
    ...(time === undefined ? {} : { description: time }),
    ...(node.tone === 'error' ? { color: 'list.errorForeground' } : {}),
    ...(action === undefined ? {} : { command: [noticeCommands[action], node] as const }),
  });
}
