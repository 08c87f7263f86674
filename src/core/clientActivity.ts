import * as l10n from '@vscode/l10n';
import { displayText } from './displayText';

/** A client as CLIENT LIST tells of it. */
export interface RedisClient {
  readonly id: string;
  readonly name: string;
  /** Seconds since its last command began, so for a blocked one: since it waits. */
  readonly idleSeconds: number;
  readonly blocked: boolean;
  /** Channels, patterns and shard channels that it is subscribed to. */
  readonly subscriptions: number;
  /** The last command, in lower case. */
  readonly command: string;
}

/** Reads the reply of CLIENT LIST: a client a line, `field=value` in any order. Lines that it cannot read are left out. */
export function readClientList(text: string): readonly RedisClient[] {
  return text.split('\n').flatMap((line) => {
    const fields = new Map(
      line
        .trimEnd()
        .split(' ')
        .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const),
    );
    const id = fields.get('id');
    if (id === undefined || !/^\d+$/.test(id)) return [];
    const count = (field: string): number => Number(fields.get(field) ?? 0) || 0;
    return [
      {
        id,
        name: fields.get('name') ?? '',
        idleSeconds: count('idle'),
        blocked: (fields.get('flags') ?? '').includes('b'),
        subscriptions: count('sub') + count('psub') + count('ssub'),
        command: fields.get('cmd') ?? '',
      },
    ];
  });
}

/** What a worker's connections do, the most telling of them: "blocked in BRPOP 3 s", "2 subscriptions", "idle 7 s". */
export function activityText(clients: readonly RedisClient[]): string {
  const blocked = clients.find((client) => client.blocked);
  if (blocked !== undefined) {
    return l10n.t('blocked in {0} {1}', commandName(blocked), span(blocked.idleSeconds));
  }
  const subscriptions = clients.reduce((sum, client) => sum + client.subscriptions, 0);
  if (subscriptions === 1) return l10n.t('1 subscription');
  if (subscriptions > 1) return l10n.t('{0} subscriptions', subscriptions);
  const latest = clients.reduce<RedisClient | undefined>(
    (best, client) => (best === undefined || client.idleSeconds < best.idleSeconds ? client : best),
    undefined,
  );
  if (latest === undefined) return l10n.t('not connected to Redis');
  return latest.idleSeconds === 0
    ? l10n.t('in {0}', commandName(latest))
    : l10n.t('idle {0}', span(latest.idleSeconds));
}

/** "BRPOP" of "brpop", "XGROUP CREATE" of "xgroup|create". */
function commandName({ command }: RedisClient): string {
  return displayText(command.replace('|', ' ').toUpperCase(), 30);
}

function span(seconds: number): string {
  if (seconds < 60) return l10n.t('{0} s', seconds);
  if (seconds < 3_600) return l10n.t('{0} min', Math.floor(seconds / 60));
  return l10n.t('{0} h', Math.floor(seconds / 3_600));
}
