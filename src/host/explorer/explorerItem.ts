import * as vscode from 'vscode';
import { displayBytes, displayName } from '../../core/displayText';
import type { ExplorerNode, GroupNode, MessageNode, QueueNode, StreamNode } from '../../core/explorerNode';
import { type Failure, failureText } from '../../core/failure';
import { contextValues } from '../contributed';
import { connectionItem } from './connectionItem';
import { formatCount, keyCount, makeItem } from './makeItem';
import { noticeItem } from './noticeItem';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/**
 * The one place where a node becomes a tree item. VS Code reads the tooltip to screen readers instead of the label, so
 * that it always says the whole line. `alone`: it is the only connection, and begins open.
 */
export function explorerItem(node: ExplorerNode, alone: boolean): vscode.TreeItem {
  const item = bareItem(node, alone);
  item.id = node.id;
  return item;
}

function bareItem(node: ExplorerNode, alone: boolean): vscode.TreeItem {
  switch (node.kind) {
    case 'connection':
      return connectionItem(node, alone);
    case 'queues':
    case 'streams':
    case 'channels':
      return groupItem(node);
    case 'namespace':
      return makeItem(displayName(node.segment), Collapsed, {
        icon: 'symbol-namespace',
        description: formatCount(node.count),
        tooltip: vscode.l10n.t(
          'Namespace {0}, names: {1}',
          displayName(node.segment),
          formatCount(node.count),
        ),
      });
    case 'queue':
      return queueItem(node);
    case 'stream':
      return streamItem(node);
    case 'channel':
      return makeItem(displayName(node.label), None, {
        icon: 'broadcast',
        context: contextValues.channel,
        description:
          node.subscribers === 1
            ? vscode.l10n.t('1 subscriber')
            : vscode.l10n.t('{0} subscribers', formatCount(node.subscribers ?? 0)),
        tooltip: vscode.l10n.t(
          'Channel {0}, subscribers: {1}',
          displayName(node.name),
          formatCount(node.subscribers ?? 0),
        ),
      });
    case 'pattern':
      return makeItem(displayName(node.label), None, {
        icon: 'regex',
        context: contextValues.pattern,
        description: vscode.l10n.t('pattern, watched'),
      });
    case 'message':
      return messageItem(node);
    case 'more':
      return makeItem(vscode.l10n.t('Load more… {0} are not shown', formatCount(node.remaining)), None, {
        icon: 'ellipsis',
        command: ['explorer.loadMore', node],
      });
    case 'database':
      return makeItem(vscode.l10n.t('Database {0}', node.db), None, {
        icon: 'database',
        description: keyCount(node.keys),
        tooltip: vscode.l10n.t(
          'Database {0}, {1}. Click to open it in this connection.',
          node.db,
          keyCount(node.keys),
        ),
        command: ['connection.openDatabase', node],
      });
    case 'notice':
      return noticeItem(node);
  }
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const labels = {
    queues: vscode.l10n.t('Queues'),
    streams: vscode.l10n.t('Streams'),
    channels: vscode.l10n.t('Channels'),
  };
  const icons = { queues: 'list-ordered', streams: 'git-commit', channels: 'broadcast' };
  const all = `${formatCount(node.count)}${node.partial ? '+' : ''}`;
  const shown =
    node.matching === undefined ? all : vscode.l10n.t('{0} of {1}', formatCount(node.matching), all);
  const refused = node.kind === 'channels' ? vscode.l10n.t('not listed') : vscode.l10n.t('not searched');
  return makeItem(labels[node.kind], Expanded, {
    icon: icons[node.kind],
    context: contextValues[node.kind],
    description: !node.refused ? shown : node.count === 0 ? refused : `${shown} · ${refused}`,
  });
}

function streamItem(node: StreamNode): vscode.TreeItem {
  const { problem } = node;
  return makeItem(displayName(node.label), None, {
    icon: problem === undefined ? 'git-commit' : problemIcon(problem),
    context: contextValues.stream,
    description: problem === undefined ? formatCount(node.length) : problemWord(problem),
    tooltip:
      problem === undefined
        ? vscode.l10n.t('Stream {0}, entries: {1}', displayName(node.name), formatCount(node.length))
        : `${displayName(node.name)}\n${failureText(problem)}`,
  });
}

/** Why there is no count, in a word or two where one is enough. */
function problemWord({ code, message }: Failure): string {
  return code === 'permission' ? vscode.l10n.t('not permitted') : message;
}

function problemIcon({ code }: Failure): string {
  return code === 'permission' ? 'lock' : 'warning';
}

function queueItem(node: QueueNode): vscode.TreeItem {
  const name = displayName(node.name);
  const { problem } = node;
  if (problem !== undefined) {
    const isRefused = problem.code === 'permission';
    return makeItem(displayName(node.label), Collapsed, {
      icon: problemIcon(problem),
      ...(isRefused ? {} : { color: 'list.warningForeground' }),
      context: isRefused ? contextValues.queue : contextValues.queueDrained,
      description: problem.code === 'wrongType' ? vscode.l10n.t('no longer a list') : problemWord(problem),
      tooltip: `${name}\n${failureText(problem)}`,
    });
  }
  return makeItem(displayName(node.label), Collapsed, {
    icon: 'list-ordered',
    context: node.drained ? contextValues.queueDrained : contextValues.queue,
    description: node.drained
      ? vscode.l10n.t('0 · drained')
      : `${formatCount(node.length)}${formatTrend(node.perSecond)}`,
    tooltip: vscode.l10n.t('Queue {0}, messages: {1}', name, formatCount(node.length)),
  });
}

function messageItem(node: MessageNode): vscode.TreeItem {
  const preview = displayBytes(node.message, 120);
  const place = vscode.l10n.t(
    'Bytes: {0}, place {1} from the {2}',
    formatCount(node.message.length),
    formatCount(node.offset + 1),
    endName(node.consume),
  );
  return makeItem(node.offset === 0 ? `${nextWord(node)}  ${preview}` : preview, None, {
    icon: node.offset === 0 ? 'arrow-right' : 'mail',
    tooltip: [displayBytes(node.message, 1_000), place, ...(node.assumed ? [assumption(node)] : [])].join(
      '\n',
    ),
    command: ['message.open', node],
  });
}

function assumption({ consume }: MessageNode): string {
  return vscode.l10n.t(
    'It is assumed that consumers take from the {0}. Pop asks once and remembers it.',
    endName(consume),
  );
}

/** Marks the message that is consumed next; where the end is only assumed, with a question mark. */
function nextWord({ assumed }: MessageNode): string {
  return assumed ? vscode.l10n.t('next?') : vscode.l10n.t('next:');
}

/** An end of a list in the user's language. */
export function endName(end: 'head' | 'tail'): string {
  return end === 'head' ? vscode.l10n.t('head') : vscode.l10n.t('tail');
}

/** The trend since the last look: what a queue gains or loses in a second. Nothing for less than one message. */
function formatTrend(perSecond: number | undefined): string {
  if (perSecond === undefined) return '';
  const rounded = Math.round(Math.abs(perSecond));
  if (rounded === 0) return '';
  return perSecond > 0 ? `  ↑ ${rounded}/s` : `  ↓ ${rounded}/s`;
}
