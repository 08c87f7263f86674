import * as l10n from '@vscode/l10n';
import { displayText } from '../core/displayText';

/** What happened, and the next step. */
export interface ClusterRefusal {
  readonly message: string;
  readonly hint: string;
}

/**
 * What a node of a cluster means with `text`, its error reply to the command `name`. After
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/.
 */
export function clusterRefusal(text: string, name: string): ClusterRefusal {
  const [, slot = '', node = ''] = /^-?(?:MOVED|ASK) (\d+) (\S+)/.exec(text) ?? [];
  if (slot !== '') {
    return {
      message: l10n.t(
        '{0} was refused: another node of the Redis Cluster serves slot {1} of the key.',
        name,
        slot,
      ),
      hint: l10n.t('Connect to the node that serves the slot: {0}', displayText(node, 100)),
    };
  }
  if (/^-?CROSSSLOT/.test(text)) {
    return {
      message: l10n.t('{0} was refused: its keys are in different slots of the Redis Cluster.', name),
      hint: l10n.t(
        'Give keys that belong together the same tag in braces, as in {0}.',
        '{orders}:processing',
      ),
    };
  }
  if (/^-?TRYAGAIN/.test(text)) {
    return {
      message: l10n.t(
        '{0} was refused: the Redis Cluster is moving the slot of its keys to another node.',
        name,
      ),
      hint: l10n.t('Try again when that has ended; CLUSTER INFO on the server shows it.'),
    };
  }
  return {
    message: /slot not served/i.test(text)
      ? l10n.t('{0} was refused: no node of the Redis Cluster serves the slot of the key.', name)
      : l10n.t('{0} was refused: the Redis Cluster is down.', name),
    hint: l10n.t('CLUSTER INFO on the server tells its state, CLUSTER SHARDS who serves which slots.'),
  };
}
