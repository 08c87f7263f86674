import { keyOf } from './catalog';
import type { ExplorerNode, GroupKind, NamespaceNode } from './explorerNode';
import type { ConnectionSnapshot, ExplorerSnapshot } from './explorerSnapshot';
import { globMatches } from './glob';
import { namespaceLevel } from './namespaces';

/** How many names of a group the filter lets through; undefined without a filter. */
export function matchingNames(
  { glob }: ExplorerSnapshot,
  { model: { catalog } }: ConnectionSnapshot,
  group: GroupKind,
): number | undefined {
  if (glob === undefined) return undefined;
  const pattern = Buffer.from(glob, 'utf8');
  const entries = {
    queues: () => catalog.entries('queue'),
    streams: () => catalog.entries('stream'),
    channels: () => catalog.channels,
  };
  return entries[group]().filter(({ name }) => globMatches(pattern, name)).length;
}

/** The namespaces and names of a group directly below `prefix`, as far as the filter lets them through. */
export function level(
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
          label: entry.name.subarray(prefix.length),
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
          label: entry.name.subarray(prefix.length),
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
          label: entry.name.subarray(prefix.length),
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
            label: name,
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

function leafId(connection: string, kind: string, name: Buffer): string {
  return `${connection}/${kind}/${keyOf(name)}`;
}
