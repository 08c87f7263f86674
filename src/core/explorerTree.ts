import * as l10n from '@vscode/l10n';
import { keyOf } from './catalog';
import { level, matchingNames } from './explorerLevel';
import type { ExplorerNode, GroupKind, GroupNode, QueueNode } from './explorerNode';
import { emptyDatabase, failureNotices, groupNotices, hint, notice, patternNotice } from './explorerNotices';
import type { ConnectionSnapshot, ExplorerSnapshot } from './explorerSnapshot';

/** The children of a node, or of the root: a pure function of what is known. */
export function explorerChildren(snapshot: ExplorerSnapshot, node?: ExplorerNode): readonly ExplorerNode[] {
  if (node === undefined) return snapshot.connections.map(connectionNode);
  const connection = snapshot.connections.find(({ profile }) => profile.id === node.connection);
  if (connection === undefined) return [];
  switch (node.kind) {
    case 'connection':
      return connectionChildren(connection).map((child) => withMatching(snapshot, connection, child));
    case 'queues':
    case 'streams':
    case 'channels':
      return [
        ...groupNotices(connection, node),
        ...level(snapshot, connection, node.kind, ''),
        ...(node.kind === 'channels' ? patternNotice(connection) : []),
      ];
    case 'namespace':
      return level(snapshot, connection, node.group, node.prefix);
    case 'queue':
      return queueChildren(connection, node);
    default:
      return [];
  }
}

/** A group says how much of it the filter hides. */
function withMatching(
  snapshot: ExplorerSnapshot,
  connection: ConnectionSnapshot,
  node: ExplorerNode,
): ExplorerNode {
  if (node.kind !== 'queues' && node.kind !== 'streams' && node.kind !== 'channels') return node;
  const matching = matchingNames(snapshot, connection, node.kind);
  return matching === undefined ? node : { ...node, matching };
}

function connectionNode({ profile, address, state }: ConnectionSnapshot): ExplorerNode {
  return { kind: 'connection', id: `${profile.id}/`, connection: profile.id, profile, address, state };
}

function connectionChildren(snapshot: ConnectionSnapshot): readonly ExplorerNode[] {
  const { profile, state, model, address } = snapshot;
  const id = profile.id;
  const known = model.catalog.discovery.done || !model.catalog.isEmpty;
  switch (state.kind) {
    case 'idle':
      return profile.invalid === undefined
        ? [notice(id, 'idle', 'info', l10n.t('Not connected. Click to connect.'), 'connect')]
        : failureNotices(id, profile.invalid, ['edit']);
    case 'failed':
      return failureNotices(id, state.cause, ['connect', 'edit', 'log']);
    case 'connecting':
      return known
        ? knownChildren(snapshot)
        : [notice(id, 'connecting', 'progress', l10n.t('Connecting to {0}…', address))];
    case 'reconnecting':
      return [
        ...failureNotices(id, state.cause, ['connect', 'edit', 'log']),
        ...(known ? knownChildren(snapshot) : []),
      ];
    case 'ready':
      return knownChildren(snapshot);
  }
}

function knownChildren({ profile, address, state, model }: ConnectionSnapshot): readonly ExplorerNode[] {
  const { catalog } = model;
  const id = profile.id;
  const { running, partial, problem, done } = catalog.discovery;
  const group = (kind: GroupKind, count: number): GroupNode => ({
    kind,
    id: `${id}/${kind}`,
    connection: id,
    count,
    searching: kind !== 'channels' && running && !done,
    partial: kind !== 'channels' && partial,
  });
  return [
    // While the connection is down, that is the problem, and it is shown above.
    ...(model.problem === undefined || state.kind !== 'ready'
      ? []
      : failureNotices(`${id}/refresh`, model.problem, ['refresh', 'log'], id)),
    ...(problem === undefined ? [] : failureNotices(`${id}/search`, problem, ['refresh'], id)),
    group('queues', catalog.count('queue')),
    group('streams', catalog.count('stream')),
    group('channels', catalog.channels.length),
    ...(done && catalog.isEmpty ? emptyDatabase(id, catalog, address) : []),
  ];
}

function queueChildren({ model, profile }: ConnectionSnapshot, node: QueueNode): readonly ExplorerNode[] {
  const id = profile.id;
  if (node.problem !== undefined) return failureNotices(node.id, node.problem, ['refresh'], id);
  const preview = model.preview(node.name);
  if (preview === undefined)
    return [notice(node.id, 'loading', 'progress', l10n.t('Loading…'), undefined, id)];
  if (preview.problem !== undefined) return failureNotices(node.id, preview.problem, ['refresh'], id);
  if (preview.messages.length === 0) {
    const detail = l10n.t(
      'The list is empty, so that Redis no longer has it. It stays here until you dismiss it.',
    );
    return [hint(node.id, id, 'drained', l10n.t('Drained'), detail)];
  }
  const messages = preview.messages.map(
    (message, offset): ExplorerNode => ({
      kind: 'message',
      id: `${id}/message/${offset}/${keyOf(node.name)}`,
      connection: id,
      queue: node.name,
      offset,
      message,
      consume: preview.direction.end,
      assumed: preview.direction.assumed,
    }),
  );
  const remaining = preview.length - preview.messages.length;
  if (remaining <= 0) return messages;
  const more = `${id}/more/${keyOf(node.name)}`;
  return [...messages, { kind: 'more', id: more, connection: id, queue: node.name, remaining }];
}
