import * as l10n from '@vscode/l10n';
import type { Catalog } from './catalog';
import { displayText } from './displayText';
import type { ExplorerNode, GroupNode, NoticeAction, NoticeNode } from './explorerNode';
import { refusal } from './explorerRefusals';
import type { ConnectionSnapshot } from './explorerSnapshot';
import type { Failure } from './failure';
import { hint, notice, sentence } from './noticeLines';

/**
 * An empty database is most often the wrong one: name the others that hold keys.
 * @param address ends with the number of this database, as `endpointLabel` writes it.
 */
export function emptyDatabase(id: string, catalog: Catalog, address: string): readonly ExplorerNode[] {
  const others = catalog.databases.filter(({ db }) => !address.endsWith(`/${db}`));
  if (others.length === 0) {
    const detail =
      catalog.databases.length === 0
        ? l10n.t('The database is empty. Push a message, or start a worker, to begin.')
        : l10n.t('The database holds keys of other types. Push a message, or start a worker, to begin.');
    return [hint(id, id, 'empty', l10n.t('No queues or streams yet'), detail)];
  }
  return [
    hint(id, id, 'empty', l10n.t('Empty. Keys are in:'), l10n.t('Click one to open it.')),
    ...others.map(
      ({ db, keys }): ExplorerNode => ({
        kind: 'database',
        id: `${id}/db/${db}`,
        connection: id,
        db,
        keys,
      }),
    ),
  ];
}

/** What stands above the keys of a group. */
export function groupNotices(
  { profile, model }: ConnectionSnapshot,
  node: GroupNode,
): readonly ExplorerNode[] {
  const { catalog } = model;
  const { problem } = catalog.discovery;
  if (node.kind === 'channels') {
    if (catalog.channelProblem?.code === 'permission') {
      const detail = l10n.t('You can still subscribe to channels and publish on them, by name.');
      return refusal(node.id, profile.id, catalog.channelProblem, detail);
    }
    if (catalog.channelProblem !== undefined) {
      return failureNotices(node.id, catalog.channelProblem, ['log'], profile.id);
    }
    if (catalog.channels.length > 0) return [];
    const detail = l10n.t('A channel exists only while someone is subscribed to it.');
    return [hint(node.id, profile.id, 'none', l10n.t('No channel has a subscriber'), detail)];
  }
  if (problem?.code === 'permission') {
    const detail = l10n.t('Names are not searched. Those that a command or a worker uses are shown here.');
    return refusal(node.id, profile.id, problem, detail);
  }
  if (node.searching) {
    const text = l10n.t('Searching… {0} so far', node.count);
    return [notice(node.id, 'searching', 'progress', text, undefined, profile.id)];
  }
  if (!node.partial) return [];
  const detail = l10n.t(
    'There are more. Filter by a name, or raise the setting redisMessaging.explorer.scanLimit.',
  );
  return [hint(node.id, profile.id, 'partial', l10n.t('Only the first {0} are shown', node.count), detail)];
}

/** The server answers, but not yet with data: it is waited for. */
export function loadingNotices({ profile }: ConnectionSnapshot, failure: Failure): readonly NoticeNode[] {
  const [first, ...more] = sentence(
    `${profile.id}/refresh`,
    profile.id,
    'loading',
    'progress',
    failure.message,
  );
  if (first === undefined) return [];
  const whole = `${failure.message} ${l10n.t('What it holds appears here as soon as it has finished.')}`;
  return [{ ...first, whole }, ...more];
}

/** When the next attempt to connect begins. An absolute time does not tick. */
export function nextAttemptNotice(connection: string, at: number): NoticeNode {
  return { ...notice(connection, 'next', 'info', l10n.t('Next try')), at };
}

/** Patterns of other clients: Redis tells their number only. */
export function patternNotice({ profile, model, patterns }: ConnectionSnapshot): readonly ExplorerNode[] {
  const others = model.catalog.patternCount - patterns.length;
  if (others <= 0) return [];
  const text = l10n.t('Patterns of other clients: {0}', others);
  return [
    hint(
      `${profile.id}/channels`,
      profile.id,
      'patterns',
      text,
      l10n.t('Redis does not tell which patterns they are.'),
    ),
  ];
}

/** The cause, the next step in words, and the next steps to click. */
export function failureNotices(
  parent: string,
  failure: Failure,
  actions: readonly NoticeAction[],
  connection = parent,
): readonly NoticeNode[] {
  return [
    ...causeNotices(parent, failure, connection),
    ...(failure.hint === '' ? [] : sentence(parent, connection, 'hint', 'hint', failure.hint)),
    ...actionNotices(parent, failure, actions, connection),
  ];
}

/** The cause alone; the next step in words stands in its tooltip. */
export function causeNotices(parent: string, failure: Failure, connection = parent): readonly NoticeNode[] {
  const cause = displayText(failure.message, 300);
  const [first, ...more] = sentence(parent, connection, 'cause', 'error', cause);
  return first === undefined ? [] : [{ ...first, whole: `${cause} ${failure.hint}`.trimEnd() }, ...more];
}

/** The steps out of a failure that a click takes. */
export function actionNotices(
  parent: string,
  failure: Failure,
  actions: readonly NoticeAction[],
  connection = parent,
): readonly NoticeNode[] {
  const labels: Record<NoticeAction, string> = {
    connect: failure.code === 'authentication' ? l10n.t('Enter password…') : l10n.t('Try again'),
    startServer: l10n.t('Start local Redis'),
    edit: l10n.t('Edit connection…'),
    log: l10n.t('Show log'),
    refresh: l10n.t('Refresh'),
  };
  return actions.map((action) => notice(parent, action, 'info', labels[action], action, connection));
}
