import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { cancelled, Failure } from '../../core/failure';
import { decodeUtf8 } from '../../core/messageValue';
import type { Subscriptions } from '../../protocol/traffic';
import type { CommandHandler, Invocation } from '../commandRunner';
import { targetConnection } from '../commandTarget';
import type { Connections } from '../connections';
import { isEmpty, readSubscriptionNames, subscriptionsOf } from '../panels/subscriptionNames';
import type { TrafficPanels } from '../panels/trafficPanels';
import { plainLabel } from '../plainText';

export interface SubscribeDependencies {
  readonly connections: Connections;
  readonly panels: TrafficPanels;
  /** Channels of a connection that have subscribers, as far as they are known. */
  readonly activeChannels: (connection: string) => readonly Uint8Array[];
}

/** `{connection?, channels?, patterns?, shardChannels?}` → `{panel}`. Opens the traffic panel on them, or shows it. */
export function channelSubscribe({
  connections,
  panels,
  activeChannels,
}: SubscribeDependencies): CommandHandler {
  return async (invocation) => {
    const profile = await targetConnection(connections, invocation);
    const subscriptions =
      givenSubscriptions(invocation) ??
      (await askNames(vscode.l10n.t('Subscribe to Channels'), activeChannels(profile.id)));
    return { panel: await panels.open({ connection: profile.id, subscriptions }) };
  };
}

/** What the node or the arguments name; undefined when it has to be asked. @throws {Failure} `argument`. */
function givenSubscriptions({ node, args, interactive }: Invocation): Subscriptions | undefined {
  if (node !== undefined && 'name' in node && node.name instanceof Uint8Array) {
    return subscriptionsOf(node.kind === 'pattern' ? { patterns: [node.name] } : { channels: [node.name] });
  }
  if (interactive) return undefined;
  const subscriptions = subscriptionsOf({
    channels: named(args.bytesList('channels')),
    patterns: named(args.bytesList('patterns')),
    shardChannels: named(args.bytesList('shardChannels')),
  });
  if (isEmpty(subscriptions)) throw nothingNamed();
  return subscriptions;
}

function named(names: readonly Uint8Array[] = []): readonly Uint8Array[] {
  if (names.some((name) => name.length === 0)) {
    throw new Failure('argument', vscode.l10n.t('A channel name is empty.'), {
      hint: vscode.l10n.t('Leave it out, or subscribe to the pattern "*" for every channel.'),
    });
  }
  return names;
}

function nothingNamed(): Failure {
  return new Failure('argument', vscode.l10n.t('No channel and no pattern is named.'), {
    hint: vscode.l10n.t('Pass "channels", "patterns" or "shardChannels".'),
  });
}

interface NameItem extends vscode.QuickPickItem {
  readonly name: string;
}

/** Lets names be typed, several at once, or picked among the active channels. @throws {Failure} `cancelled`. */
export function askNames(title: string, active: readonly Uint8Array[]): Promise<Subscriptions> {
  const known = active.flatMap((name) => decodeUtf8(name) ?? []);
  const pick = vscode.window.createQuickPick<NameItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t(
    'Channel names, separated by spaces or commas; one with * ? or [ is a pattern',
  );
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  const update = () => {
    pick.items = itemsFor(pick.value, known);
  };
  update();
  return new Promise((resolve, reject) => {
    pick.onDidChangeValue(update);
    pick.onDidAccept(() => {
      // Enter may come before the entry for what was typed is on screen.
      const subscriptions = chosenNames(pick.selectedItems[0]?.name ?? pick.value, known);
      if (isEmpty(subscriptions)) return;
      resolve(subscriptions);
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      reject(cancelled());
    });
    pick.show();
  });
}

/** An active channel is taken as it is, also with blanks in its name. */
function chosenNames(chosen: string, known: readonly string[]): Subscriptions {
  return known.includes(chosen)
    ? { channels: [chosen], patterns: [], shardChannels: [] }
    : readSubscriptionNames(chosen);
}

/** What was typed, as one entry; then the active channels, to which VS Code applies its own filter. */
function itemsFor(typed: string, known: readonly string[]): NameItem[] {
  const { channels, patterns } = readSubscriptionNames(typed);
  const names = [...channels, ...patterns].filter((name) => typeof name === 'string');
  const first: NameItem[] =
    names.length === 0 || (names.length === 1 && known.includes(names[0] ?? ''))
      ? []
      : [
          {
            label: plainLabel(displayText(names.join(', '))),
            description: describe(channels.length, patterns.length),
            alwaysShow: true,
            name: typed,
          },
        ];
  const channelItems = known.map((name) => ({
    label: plainLabel(displayText(name)),
    description: vscode.l10n.t('active channel'),
    name,
  }));
  const every: NameItem = { label: '*', description: vscode.l10n.t('pattern: every channel'), name: '*' };
  return [...first, ...channelItems, ...(typed.trim() === '' ? [every] : [])];
}

function describe(channels: number, patterns: number): string {
  const parts = [
    channels === 0
      ? ''
      : channels === 1
        ? vscode.l10n.t('1 channel')
        : vscode.l10n.t('{0} channels', channels),
    patterns === 0
      ? ''
      : patterns === 1
        ? vscode.l10n.t('1 pattern')
        : vscode.l10n.t('{0} patterns', patterns),
  ];
  return parts.filter((part) => part !== '').join(', ');
}
