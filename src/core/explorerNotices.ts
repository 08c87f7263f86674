import * as l10n from '@vscode/l10n';
import type { Catalog } from './catalog';
import { displayText } from './displayText';
import type { ExplorerNode, GroupNode, NoticeAction, NoticeNode } from './explorerNode';
import type { ConnectionSnapshot } from './explorerSnapshot';
import type { Failure } from './failure';

/** UTF-16 units that fit into a line of a sidebar of the usual width. */
const lineLength = 28;

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
  if (node.kind === 'channels') {
    if (catalog.channelProblem !== undefined) {
      return failureNotices(node.id, catalog.channelProblem, ['log'], profile.id);
    }
    if (catalog.channels.length > 0) return [];
    const detail = l10n.t('A channel exists only while someone is subscribed to it.');
    return [hint(node.id, profile.id, 'none', l10n.t('No channel has a subscriber'), detail)];
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

/** A quiet line with a short text; the detail is for the tooltip. */
export function hint(
  parent: string,
  connection: string,
  what: string,
  text: string,
  detail: string,
): NoticeNode {
  return { ...notice(parent, what, 'hint', text, undefined, connection), whole: `${text}. ${detail}` };
}

/** A line with a sentence, and what a click on it does. */
export function notice(
  parent: string,
  what: string,
  tone: NoticeNode['tone'],
  text: string,
  action?: NoticeAction,
  connection = parent,
): NoticeNode {
  return {
    kind: 'notice',
    // In this order no name of a key can make the id of another node.
    id: `notice/${what}/${parent}`,
    connection,
    tone,
    text,
    ...(action === undefined ? {} : { action }),
  };
}

/** The cause, the next step in words, and the next steps to click. */
export function failureNotices(
  parent: string,
  failure: Failure,
  actions: readonly NoticeAction[],
  connection = parent,
): readonly NoticeNode[] {
  const labels: Record<NoticeAction, string> = {
    connect: failure.code === 'authentication' ? l10n.t('Enter password…') : l10n.t('Try again'),
    edit: l10n.t('Edit connection…'),
    log: l10n.t('Show log'),
    refresh: l10n.t('Refresh'),
  };
  const cause = displayText(failure.message, 300);
  return [
    ...sentence(parent, connection, 'cause', 'error', cause),
    ...(failure.hint === '' ? [] : sentence(parent, connection, 'hint', 'hint', failure.hint)),
    ...actions.map((action) => notice(parent, action, 'info', labels[action], action, connection)),
  ];
}

/** A sentence over as many lines as a narrow sidebar needs; the first one also says it whole. */
function sentence(
  parent: string,
  connection: string,
  what: string,
  tone: NoticeNode['tone'],
  text: string,
): readonly NoticeNode[] {
  return wrapped(text).map((line, index) =>
    index === 0
      ? { ...notice(parent, what, tone, line, undefined, connection), whole: text }
      : notice(parent, `${what}/${index}`, 'more', line, undefined, connection),
  );
}

/** Breaks a text between words. A word that is longer than a line stays whole. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > lineLength) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
