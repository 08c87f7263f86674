import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import type { ConnectionNode } from '../../core/explorerNode';
import type { ServerFacts } from '../../core/serverInfo';
import { connectionLook, profileTraits, serverWords, stateLines } from '../connectionLook';
import { contextValues } from '../contributed';
import { formatCount, makeItem } from './makeItem';
import { productionUri } from './productionColour';

/** A connection as a line. `alone`: it is the only one, and begins open. */
export function connectionItem(node: ConnectionNode, alone: boolean): vscode.TreeItem {
  const { profile, state, facts } = node;
  const { icon, color, word } = connectionLook(state, profile);
  const ready = state.kind === 'ready';
  const name = displayText(profile.name);
  // A connection without a name of its own is called after its address.
  const address = node.address.startsWith(profile.name) ? '' : displayText(node.address);
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = makeItem(name, alone ? Expanded : Collapsed, {
    icon,
    ...(color === undefined ? {} : { color }),
    context: ready ? contextValues.connectionOnline : contextValues.connectionOffline,
    // The state comes first: what does not fit into a narrow sidebar is the address.
    description: [
      ready ? '' : word,
      ...profileTraits(profile),
      facts === undefined ? '' : kindOf(facts),
      address,
    ]
      .filter((part) => part !== '')
      .join(' · '),
    tooltip: [
      `${name} — ${displayText(node.address)}`,
      ...stateLines(state, profile),
      ...(facts === undefined ? [] : factLines(facts)),
      ...(profile.production
        ? [vscode.l10n.t('production: what destroys data asks to type the name of the connection')]
        : []),
      ...(profile.readOnly ? [vscode.l10n.t('read-only: no write leaves the editor')] : []),
    ].join('\n'),
  });
  if (profile.production) item.resourceUri = productionUri(profile.id);
  return item;
}

/** What sets the server apart from one that simply takes reads and writes. */
function kindOf({ mode, role }: ServerFacts): string {
  if (mode === 'sentinel') return vscode.l10n.t('sentinel');
  if (role === 'slave') return vscode.l10n.t('replica');
  return mode === 'cluster' ? vscode.l10n.t('cluster') : '';
}

function factLines(facts: ServerFacts): readonly string[] {
  const { latencyMs, blockedClients } = facts;
  return [
    serverWords(facts),
    vscode.l10n.t(
      'Latency {0} ms, blocked clients: {1}',
      latencyMs.toLocaleString(vscode.env.language, { maximumFractionDigits: 1 }),
      formatCount(blockedClients),
    ),
    ...meaningForWrites(facts),
  ];
}

function meaningForWrites({ mode, role, primary, writableReplica }: ServerFacts): readonly string[] {
  const from = displayText(primary, 100);
  if (mode === 'sentinel') {
    return [vscode.l10n.t('A Sentinel holds no data: connect to a server that it watches.')];
  }
  if (role === 'slave') {
    return [
      writableReplica
        ? vscode.l10n.t(
            'Replica of {0}: what is written here stays here, and is lost at the next sync.',
            from,
          )
        : vscode.l10n.t('Replica of {0}: reads work, writes are refused. Write to the primary.', from),
    ];
  }
  return mode === 'cluster'
    ? [vscode.l10n.t('One node of a Redis Cluster: writes to keys of other nodes are refused.')]
    : [];
}
