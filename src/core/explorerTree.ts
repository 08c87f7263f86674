import * as l10n from '@vscode/l10n';
import { type Catalog, keyOf } from './catalog';
import type { ConnectionProfile } from './connectionProfile';
import type { ConnectionState } from './connectionState';
import type { DatabaseModel } from './databaseModel';
import { displayBytes } from './displayText';
import type {
  ExplorerNode,
  GroupKind,
  GroupNode,
  NamespaceNode,
  NoticeAction,
  NoticeNode,
  QueueNode,
} from './explorerNode';
import type { Failure } from './failure';
import { globMatches } from './glob';
import { namespaceLevel } from './namespaces';

/** All that the tree shows of one connection. */
export interface ConnectionSnapshot {
  readonly profile: ConnectionProfile;
  readonly address: string;
  readonly state: ConnectionState;
  readonly model: DatabaseModel;
  /** Patterns that panels of ours watch. */
  readonly patterns: readonly Buffer[];
}

export interface ExplorerSnapshot {
  readonly connections: readonly ConnectionSnapshot[];
  readonly delimiter: string;
  /** Redis glob; names that it does not match are not shown. */
  readonly glob: string | undefined;
}

/** The children of a node, or of the root: a pure function of what is known. */
export function explorerChildren(snapshot: ExplorerSnapshot, node?: ExplorerNode): readonly ExplorerNode[] {
  if (node === undefined) return snapshot.connections.map(connectionNode);
  const connection = snapshot.connections.find(({ profile }) => profile.id === node.connection);
  if (connection === undefined) return [];
  switch (node.kind) {
    case 'connection':
      return connectionChildren(connection);
    case 'queues':
    case 'streams':
    case 'channels':
      return [...groupNotices(connection, node), ...level(snapshot, connection, node.kind, '')];
    case 'namespace':
      return level(snapshot, connection, node.group, node.prefix);
    case 'queue':
      return queueChildren(connection, node);
    default:
      return [];
  }
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

function knownChildren({ profile, model }: ConnectionSnapshot): readonly ExplorerNode[] {
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
    ...(model.problem === undefined ? [] : failureNotices(id, model.problem, ['refresh', 'log'])),
    ...(problem === undefined ? [] : failureNotices(`${id}/search`, problem, ['refresh'], id)),
    group('queues', catalog.count('queue')),
    group('streams', catalog.count('stream')),
    group('channels', catalog.channels.length),
    ...(done && catalog.isEmpty ? emptyDatabase(id, catalog) : []),
  ];
}

/** An empty database is most often the wrong one: name those that hold keys. */
function emptyDatabase(id: string, catalog: Catalog): readonly ExplorerNode[] {
  const others = catalog.databases;
  if (others.length === 0) {
    return [
      notice(
        id,
        'empty',
        'hint',
        l10n.t('This server holds no queues or streams yet. Push a message to begin.'),
      ),
    ];
  }
  return [
    notice(id, 'empty', 'hint', l10n.t('No queues or streams here. Databases that hold keys:')),
    ...others.map(
      ({ db, keys }): ExplorerNode => ({ kind: 'database', id: `${id}/db/${db}`, connection: id, db, keys }),
    ),
  ];
}

function groupNotices({ profile, model }: ConnectionSnapshot, node: GroupNode): readonly ExplorerNode[] {
  const id = node.id;
  const { catalog } = model;
  if (node.kind === 'channels') {
    if (catalog.channelProblem !== undefined)
      return failureNotices(id, catalog.channelProblem, ['log'], profile.id);
    const others = catalog.patternCount;
    const hint =
      others === 0
        ? []
        : [
            notice(
              id,
              'patterns',
              'hint',
              l10n.t('{0} pattern subscriptions by clients (Redis does not tell which)', others),
              undefined,
              profile.id,
            ),
          ];
    const none =
      catalog.channels.length > 0
        ? []
        : [
            notice(
              id,
              'none',
              'hint',
              l10n.t('No channel has a subscriber right now. A channel exists only while someone listens.'),
              undefined,
              profile.id,
            ),
          ];
    return [...none, ...hint];
  }
  if (node.searching)
    return [
      notice(id, 'searching', 'progress', l10n.t('Searching… {0} so far', node.count), undefined, profile.id),
    ];
  if (!node.partial) return [];
  return [
    notice(
      id,
      'partial',
      'hint',
      l10n.t(
        'Only the first {0} are shown: filter by a name, or raise redisMessaging.explorer.scanLimit.',
        node.count,
      ),
      undefined,
      profile.id,
    ),
  ];
}

function level(
  { delimiter, glob }: ExplorerSnapshot,
  connection: ConnectionSnapshot,
  group: GroupKind,
  prefix: string,
): readonly ExplorerNode[] {
  const id = connection.profile.id;
  const pattern = glob === undefined ? undefined : Buffer.from(glob, 'utf8');
  const shown = <Entry extends { readonly name: Buffer }>(entries: readonly Entry[]): readonly Entry[] =>
    pattern === undefined ? entries : entries.filter(({ name }) => globMatches(pattern, name));
  const { catalog } = connection.model;
  switch (group) {
    case 'queues':
      return below(
        id,
        group,
        prefix,
        namespaceLevel(shown(catalog.entries('queue')), prefix, delimiter),
        (entry) => ({
          kind: 'queue',
          id: leafId(id, 'queue', entry.name),
          connection: id,
          name: entry.name,
          length: entry.length,
          drained: entry.drained,
          ...(entry.perSecond === undefined ? {} : { perSecond: entry.perSecond }),
          ...(entry.problem === undefined ? {} : { problem: entry.problem }),
        }),
      );
    case 'streams':
      return below(
        id,
        group,
        prefix,
        namespaceLevel(shown(catalog.entries('stream')), prefix, delimiter),
        (entry) => ({
          kind: 'stream',
          id: leafId(id, 'stream', entry.name),
          connection: id,
          name: entry.name,
          length: entry.length,
          ...(entry.problem === undefined ? {} : { problem: entry.problem }),
        }),
      );
    case 'channels': {
      const channels = below(
        id,
        group,
        prefix,
        namespaceLevel(shown(catalog.channels), prefix, delimiter),
        (entry) => ({
          kind: 'channel',
          id: leafId(id, 'channel', entry.name),
          connection: id,
          name: entry.name,
          subscribers: entry.subscribers,
        }),
      );
      const patterns = prefix === '' ? connection.patterns : [];
      return [
        ...channels,
        ...patterns.map(
          (name): ExplorerNode => ({
            kind: 'pattern',
            id: leafId(id, 'pattern', name),
            connection: id,
            name,
          }),
        ),
      ];
    }
  }
}

function below<Entry extends { readonly name: Buffer }>(
  connection: string,
  group: GroupKind,
  prefix: string,
  { namespaces, leaves }: ReturnType<typeof namespaceLevel<Entry>>,
  leaf: (entry: Entry) => ExplorerNode,
): readonly ExplorerNode[] {
  const folders = namespaces.map(
    (namespace): NamespaceNode => ({
      kind: 'namespace',
      id: `${connection}/${group}/ns/${namespace.prefix}`,
      connection,
      group,
      prefix: namespace.prefix,
      segment: Buffer.from(namespace.prefix.slice(prefix.length), 'latin1'),
      count: namespace.count,
    }),
  );
  return [...folders, ...leaves.map(leaf)];
}

function queueChildren({ model, profile }: ConnectionSnapshot, node: QueueNode): readonly ExplorerNode[] {
  const id = profile.id;
  if (node.problem !== undefined) return failureNotices(node.id, node.problem, ['refresh'], id);
  const preview = model.preview(node.name);
  if (preview === undefined)
    return [notice(node.id, 'loading', 'progress', l10n.t('Loading…'), undefined, id)];
  if (preview.problem !== undefined) return failureNotices(node.id, preview.problem, ['refresh'], id);
  if (preview.messages.length === 0) {
    return [
      notice(
        node.id,
        'drained',
        'hint',
        l10n.t('Drained: every message was taken. The queue stays here until you dismiss it.'),
        undefined,
        id,
      ),
    ];
  }
  const messages = preview.messages.map(
    (message, offset): ExplorerNode => ({
      kind: 'message',
      id: `${node.id}/${offset}`,
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
  return [...messages, { kind: 'more', id: `${node.id}/more`, connection: id, queue: node.name, remaining }];
}

function leafId(connection: string, kind: string, name: Buffer): string {
  return `${connection}/${kind}/${keyOf(name)}`;
}

function notice(
  parent: string,
  what: string,
  tone: NoticeNode['tone'],
  text: string,
  action?: NoticeAction,
  connection = parent,
): NoticeNode {
  return {
    kind: 'notice',
    id: `${parent}/notice/${what}`,
    connection,
    tone,
    text,
    ...(action === undefined ? {} : { action }),
  };
}

/** The cause, the next step in words, and the next steps to click. */
function failureNotices(
  parent: string,
  failure: Failure,
  actions: readonly NoticeAction[],
  connection = parent,
): readonly NoticeNode[] {
  const labels: Record<NoticeAction, string> = {
    connect: l10n.t('Try again'),
    edit: l10n.t('Edit connection…'),
    log: l10n.t('Show log'),
    refresh: l10n.t('Refresh'),
  };
  const cause = displayBytes(Buffer.from(failure.message, 'utf8'), 300);
  return [
    notice(parent, 'cause', 'error', cause, undefined, connection),
    ...(failure.hint === '' ? [] : [notice(parent, 'hint', 'hint', failure.hint, undefined, connection)]),
    ...actions.map((action) => notice(parent, action, 'info', labels[action], action, connection)),
  ];
}
