import * as l10n from '@vscode/l10n';
import { keyOf } from './catalog';
import type { ConnectionProfile } from './connectionProfile';
import { level, matchingNames } from './explorerLevel';
import type { ExplorerNode, GroupKind, GroupNode, NoticeAction, QueueNode } from './explorerNode';
import {
  actionNotices,
  causeNotices,
  emptyDatabase,
  failureNotices,
  groupNotices,
  loadingNotices,
  nextAttemptNotice,
  patternNotice,
} from './explorerNotices';
import { deniedNotice } from './explorerRefusals';
import type { ConnectionSnapshot, ExplorerSnapshot } from './explorerSnapshot';
import type { Failure } from './failure';
import { lacksLocalServer } from './localServerPort';
import { hint, notice } from './noticeLines';

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

function connectionNode({ profile, address, state, model: { facts } }: ConnectionSnapshot): ExplorerNode {
  return {
    kind: 'connection',
    id: `${profile.id}/`,
    connection: profile.id,
    profile,
    address,
    state,
    ...(facts === undefined ? {} : { facts }),
  };
}

function connectionChildren(snapshot: ConnectionSnapshot): readonly ExplorerNode[] {
  const { profile, state, model, address, returning } = snapshot;
  const id = profile.id;
  const { discovery, isEmpty, channels } = model.catalog;
  const known = discovery.done || !isEmpty || channels.length > 0 ? knownChildren(snapshot) : [];
  switch (state.kind) {
    case 'idle':
      if (profile.invalid !== undefined) return failureNotices(id, profile.invalid, ['edit']);
      // A client that was closed to take, for example, another password is about to be opened again.
      if (returning && known.length > 0) return known;
      return [notice(id, 'idle', 'info', l10n.t('Not connected. Click to connect.'), 'connect')];
    case 'failed':
      return [
        ...failureNotices(id, state.cause, ['connect', ...starting(profile, state.cause), 'edit', 'log']),
        ...known,
      ];
    case 'connecting':
      return known.length > 0
        ? known
        : [notice(id, 'connecting', 'progress', l10n.t('Connecting to {0}…', address))];
    case 'reconnecting':
      return [
        // It mends itself, most often: what is known moves down by as little as possible.
        ...(known.length > 0 ? causeNotices(id, state.cause) : failureNotices(id, state.cause, [])),
        nextAttemptNotice(id, state.nextAttemptAt),
        ...actionNotices(id, state.cause, [
          'connect',
          ...starting(profile, state.cause),
          ...(known.length > 0 ? [] : (['edit'] as const)),
          'log',
        ]),
        ...known,
      ];
    case 'ready':
      return knownChildren(snapshot);
  }
}

/** On this machine the server that is missing is one click away. */
function starting(profile: ConnectionProfile, cause: Failure): readonly NoticeAction[] {
  return lacksLocalServer(profile, cause) ? ['startServer'] : [];
}

function knownChildren(snapshot: ConnectionSnapshot): readonly ExplorerNode[] {
  const { profile, address, model } = snapshot;
  const { catalog } = model;
  const id = profile.id;
  const { running, partial, problem, done } = catalog.discovery;
  const isLoading = model.problem?.code === 'loading' || problem?.code === 'loading';
  if (isLoading && !done && catalog.isEmpty) return problemNotices(snapshot);
  const group = (kind: GroupKind, count: number): GroupNode => ({
    kind,
    id: `${id}/${kind}`,
    connection: id,
    count,
    searching: kind !== 'channels' && running && !done,
    partial: kind !== 'channels' && partial,
    refused: (kind === 'channels' ? catalog.channelProblem : problem)?.code === 'permission',
  });
  return [
    ...problemNotices(snapshot),
    ...deniedNotice(snapshot),
    group('queues', catalog.count('queue')),
    group('streams', catalog.count('stream')),
    group('channels', catalog.channels.length),
    ...(done && catalog.isEmpty ? emptyDatabase(id, catalog, address) : []),
  ];
}

/** Why what is shown is old or incomplete. While the connection is down, that is the reason, and it is shown above. */
function problemNotices(snapshot: ConnectionSnapshot): readonly ExplorerNode[] {
  const { profile, state, model } = snapshot;
  if (state.kind !== 'ready') return [];
  const id = profile.id;
  const refresh = model.problem;
  const search = model.catalog.discovery.problem;
  const loading = [refresh, search].find((failure) => failure?.code === 'loading');
  if (loading !== undefined) return loadingNotices(snapshot, loading);
  // A right that is missing is named where it is missed.
  const isTold =
    search?.code === 'permission' || (refresh !== undefined && search?.message === refresh.message);
  return [
    ...(refresh === undefined ? [] : failureNotices(`${id}/refresh`, refresh, ['refresh', 'log'], id)),
    ...(search === undefined || isTold ? [] : failureNotices(`${id}/search`, search, ['refresh'], id)),
  ];
}

function queueChildren({ model, profile }: ConnectionSnapshot, node: QueueNode): readonly ExplorerNode[] {
  const id = profile.id;
  // Who may not count the messages may be allowed to see them.
  if (node.problem !== undefined && node.problem.code !== 'permission') {
    return failureNotices(node.id, node.problem, ['refresh'], id);
  }
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
