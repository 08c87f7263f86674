import * as l10n from '@vscode/l10n';
import { displayText } from './displayText';
import type { NoticeNode } from './explorerNode';
import type { ConnectionSnapshot } from './explorerSnapshot';
import type { Failure } from './failure';
import { sentence } from './noticeLines';

/** What stands in the place of what the user may not see. */
export function refusal(
  parent: string,
  connection: string,
  problem: Failure,
  detail: string,
): readonly NoticeNode[] {
  const [first, ...more] = sentence(parent, connection, 'refused', 'refused', problem.message);
  if (first === undefined) return [];
  return [{ ...first, whole: `${problem.message} ${detail} ${problem.hint}`.trimEnd() }, ...more];
}

/** Names what the user may not run, and says in the tooltip what each switches off. */
export function deniedNotice({ profile, denied }: ConnectionSnapshot): readonly NoticeNode[] {
  if (denied.length === 0) return [];
  const names = denied.map((name) => displayText(name, 30));
  const text = l10n.t('Not permitted: {0}', names.join(', '));
  const [first, ...more] = sentence(`${profile.id}/denied`, profile.id, 'denied', 'refused', text);
  if (first === undefined) return [];
  const effects = names.map((name) => `${name}: ${effectOfDenial(name)}`);
  return [{ ...first, whole: [text, ...effects].join('\n') }, ...more];
}

/** What stays undone for a user who may not run a command. */
function effectOfDenial(command: string): string {
  switch (command) {
    case 'SCAN':
      return l10n.t('queues and streams are not searched; those that a command names are shown');
    case 'PUBSUB':
      return l10n.t('channels or their subscribers are not listed');
    case 'INFO':
      return l10n.t('version, role and other databases are not known');
    case 'EVAL':
      return l10n.t('pops are not checked against other consumers');
    case 'LLEN':
      return l10n.t('lengths of queues are not known');
    case 'XLEN':
      return l10n.t('lengths of streams are not known');
    case 'LRANGE':
    case 'LINDEX':
      return l10n.t('messages of queues are not shown');
    case 'CLIENT':
      return l10n.t('the connection has no name in CLIENT LIST, or what workers do is not shown');
    case 'PUBLISH':
    case 'SPUBLISH':
      return l10n.t('nothing can be published');
    case 'LPUSH':
    case 'RPUSH':
      return l10n.t('nothing can be pushed to that end of a queue');
    case 'LPOP':
    case 'RPOP':
      return l10n.t('nothing can be popped from that end of a queue');
    default:
      return l10n.t('what needs it is refused');
  }
}
