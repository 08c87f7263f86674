import * as l10n from '@vscode/l10n';
import type { ParsedConnectionUrl } from '../connectionUrl';
import { displayText } from '../displayText';
import type { Variables } from './envFile';
import type { Findings, Redirected } from './findings';
import type { Expansion } from './references';

/** Variables of one Redis, as in `REDIS_HOST` and `REDIS_PORT`. */
const groupName =
  /^((?:.*[_.-])?(?:REDIS|VALKEY)(?:[\w.-]*?))[_.-]?(HOST|HOSTNAME|ADDR|ADDRESS|PORT|PASSWORD|PASS|USERNAME|USER|DB|DATABASE|TLS|SSL|SCHEME)$/i;

/** Other programs around Redis, whose host and port are not those of a Redis. */
const notTheServer = /SENTINEL|EXPORTER|COMMANDER|INSIGHT/i;

const longestName = 128;

/**
 * Adds what variables say: every value that is an address, and groups such as `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD`.
 * @param originOf says where a variable stands.
 * @param redirect says where an address leads from here.
 */
export function addEnvironment(
  variables: Variables,
  originOf: (name: string) => string,
  redirect: (parsed: ParsedConnectionUrl) => Redirected,
  findings: Findings,
): void {
  const groups = new Map<string, Group>();
  for (const [name, value] of variables) {
    if (name.length > longestName) continue;
    const [, prefix, field = ''] = groupName.exec(name) ?? [];
    const aboutRedis = /REDIS|VALKEY/i.test(name);
    if ('missing' in value) {
      if (aboutRedis && prefix === undefined) findings.addProblem(originOf(name), unresolved(value.missing));
    } else {
      const urls = addressesIn(value.text, aboutRedis);
      for (const url of urls) findings.addUrl(url, originOf(name), redirect);
      if (urls.length > 0) continue;
    }
    if (prefix !== undefined && !notTheServer.test(prefix)) {
      const group = groups.get(prefix) ?? new Map<Field, Part>();
      group.set(fieldOf(field), { name, value });
      groups.set(prefix, group);
    }
  }
  for (const group of groups.values()) addGroup(group, originOf, redirect, findings);
}

/** Says which reference leads nowhere. */
export function unresolved(name: string): string {
  return l10n.t('It refers to {0}, which is not set here.', `\${${displayText(name, 60)}}`);
}

type Field = 'host' | 'port' | 'password' | 'user' | 'db' | 'tls' | 'scheme';
interface Part {
  readonly name: string;
  readonly value: Expansion;
}
type Group = Map<Field, Part>;

function fieldOf(word: string): Field {
  const lower = word.toLowerCase();
  if (/^(host|addr)/.test(lower)) return 'host';
  if (lower.startsWith('pass')) return 'password';
  if (lower.startsWith('user')) return 'user';
  if (lower === 'db' || lower === 'database') return 'db';
  if (lower === 'tls' || lower === 'ssl') return 'tls';
  return lower === 'port' ? 'port' : 'scheme';
}

/** Addresses in a value, several ones separated by commas, in the form that `parseConnectionUrl` reads. */
function addressesIn(value: string, aboutRedis: boolean): string[] {
  const text = value.trim();
  if (/^(rediss?|valkeys?):\/\//i.test(text)) {
    return text
      .split(/\s*,\s*(?=(?:rediss?|valkeys?):\/\/)/i)
      .map((url) => url.replace(/^valkey(s?):/i, (_, secure: string) => `redis${secure}:`));
  }
  if (/^(redis\+unix|redis-socket):\/\//i.test(text)) return [text];
  // Docker's socket is a unix address, too.
  return /^unix:\/\//i.test(text) && (aboutRedis || /redis|valkey/i.test(text)) ? [text] : [];
}

function addGroup(
  group: Group,
  originOf: (name: string) => string,
  redirect: (parsed: ParsedConnectionUrl) => Redirected,
  findings: Findings,
): void {
  const hostPart = group.get('host');
  if (hostPart === undefined) return;
  const origin = originOf(hostPart.name);
  for (const { value } of group.values()) {
    if ('missing' in value) {
      findings.addProblem(origin, unresolved(value.missing));
      return;
    }
  }
  const host = textOf(group, 'host');
  if (host === undefined) return;
  findings.addUrl(groupUrl(group, host), origin, redirect);
}

/** A value that says something: frameworks write `null` for none. */
function textOf(group: Group, field: Field): string | undefined {
  const value = group.get(field)?.value;
  if (value === undefined || 'missing' in value) return undefined;
  const text = value.text.trim();
  return text === '' || /^(null|\(null\)|none)$/i.test(text) ? undefined : text;
}

function groupUrl(group: Group, written: string): string {
  const [, scheme = textOf(group, 'scheme') ?? '', host = ''] =
    /^(?:(\w+):\/\/)?(.*?)\/*$/s.exec(written) ?? [];
  const [user, password, db = '0'] = [textOf(group, 'user'), textOf(group, 'password'), textOf(group, 'db')];
  const secret = password === undefined ? '' : `:${encode(password)}`;
  const credentials = user === undefined && secret === '' ? '' : `${encode(user ?? '')}${secret}@`;
  if (written.startsWith('/')) return `unix://${credentials}${written.replaceAll('?', '%3F')}?db=${db}`;
  const secure = /^(tls|ssl|rediss)$/i.test(scheme) || /^(true|1|yes|on)$/i.test(textOf(group, 'tls') ?? '');
  const colons = host.split(':').length - 1;
  const port = textOf(group, 'port');
  const bare = colons > 1 && !host.startsWith('[') ? `[${host}]` : host;
  const hasPort = colons === 1 || /\]:\d+$/.test(bare);
  const authority = port === undefined || hasPort ? bare : `${bare}:${port}`;
  return `${secure ? 'rediss' : 'redis'}://${credentials}${authority}/${db}`;
}

/** As `encodeURIComponent`, which throws at half a character. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
