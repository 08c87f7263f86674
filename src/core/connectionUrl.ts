import * as l10n from '@vscode/l10n';
import type { Endpoint } from '../protocol/endpoint';
import { endpointLabel } from './endpoint';
import { Failure } from './failure';

/** A pasted address taken apart: what may be saved, and the secret that may not. */
export interface ParsedConnectionUrl {
  /** Canonical URL without password. */
  readonly url: string;
  readonly password?: string;
  readonly endpoint: Omit<Endpoint, 'password'>;
  /** Suggested name: host and port. */
  readonly name: string;
}

const defaultPort = 6379;

function invalid(message: string, hint = l10n.t('Write it as {0}.', 'redis://user@host:6379/0')): Failure {
  return new Failure('argument', message, { hint });
}

/**
 * Reads an address as people paste it: `redis://` or `rediss://` with percent-escaped or raw passwords, a missing
 * scheme, IPv6 with or without brackets, `unix:///path?db=1` or a bare absolute path, and `redis-cli -u URL`.
 *
 * A password is everything between the first `:` of the user part and the last `@`, since raw passwords hold `@ # ? / :`.
 * @throws {Failure} `argument` with a sentence that never repeats the password.
 */
export function parseConnectionUrl(text: string): ParsedConnectionUrl {
  const trimmed = text
    .trim()
    .replace(/^redis-cli\s+(?:.*\s)?-u\s+/i, '')
    .replace(/^(["'])(.*)\1$/, '$2');
  if (trimmed === '') throw invalid(l10n.t('The address is empty.'));
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed);
  const protocol = scheme?.[1]?.toLowerCase() ?? (trimmed.startsWith('/') ? 'unix' : 'redis');
  const rest = scheme === null ? trimmed : trimmed.slice(scheme[0].length);
  switch (protocol) {
    case 'redis':
    case 'rediss':
      return parseTcp(rest, protocol);
    case 'unix':
    case 'redis+unix':
    case 'redis-socket':
      return parseUnix(rest);
    default:
      throw invalid(l10n.t('The address begins with {0}, which is not Redis.', `${protocol}://`));
  }
}

function parseTcp(rest: string, protocol: 'redis' | 'rediss'): ParsedConnectionUrl {
  const at = rest.lastIndexOf('@');
  const credentials = at < 0 ? {} : parseCredentials(rest.slice(0, at));
  const [authority = '', ...pathParts] = rest.slice(at + 1).split(/[/?#]/);
  const { host, port } = parseAuthority(authority);
  const afterPath = rest.slice(at + 1).slice(authority.length);
  const query = new URLSearchParams(/\?([^#]*)/.exec(afterPath)?.[1] ?? '');
  const path = afterPath.startsWith('/') ? (pathParts[0] ?? '') : '';
  const db = parseDatabase(path === '' ? (query.get('db') ?? '0') : path);
  const endpoint = {
    host,
    port,
    db,
    ...(credentials.username === undefined ? {} : { username: credentials.username }),
    ...(protocol === 'rediss' ? { tls: {} } : {}),
  };
  const user = credentials.username === undefined ? '' : `${encodeURIComponent(credentials.username)}@`;
  const label = endpointLabel(endpoint);
  return {
    url: `${protocol}://${user}${label}`,
    ...(credentials.password === undefined ? {} : { password: credentials.password }),
    endpoint,
    name: db === 0 ? label.slice(0, -2) : label,
  };
}

function parseUnix(rest: string): ParsedConnectionUrl {
  const at = rest.startsWith('/') ? -1 : rest.lastIndexOf('@/');
  const credentials = at < 0 ? {} : parseCredentials(rest.slice(0, at));
  const [beforeQuery = '', query = ''] = rest.slice(at + 1).split('?', 2);
  const path = unescapePercent(beforeQuery);
  if (!path.startsWith('/'))
    throw invalid(
      l10n.t('A socket needs an absolute path.'),
      l10n.t('Write it as {0}.', 'unix:///run/redis.sock'),
    );
  const db = parseDatabase(new URLSearchParams(query).get('db') ?? '0');
  const user = credentials.username === undefined ? '' : `${encodeURIComponent(credentials.username)}@`;
  return {
    url: `unix://${user}${path.split('/').map(encodeURIComponent).join('/')}?db=${db}`,
    ...(credentials.password === undefined ? {} : { password: credentials.password }),
    endpoint: {
      host: 'localhost',
      port: defaultPort,
      path,
      db,
      ...(credentials.username === undefined ? {} : { username: credentials.username }),
    },
    name: path,
  };
}

function parseCredentials(text: string): { username?: string; password?: string } {
  const colon = text.indexOf(':');
  const username = unescapePercent(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : unescapePercent(text.slice(colon + 1));
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

function parseAuthority(authority: string): { host: string; port: number } {
  if (isIPv6(authority)) return { host: authority, port: defaultPort };
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(authority);
  if (bracketed !== null) {
    const address = bracketed[1] ?? '';
    if (isIPv6(address)) return { host: address, port: parsePort(bracketed[2]) };
  }
  const [host = '', port, ...more] = authority.split(':');
  if (more.length > 0 || host.startsWith('['))
    throw invalid(
      l10n.t('The address is neither a host with a port nor an IPv6 address.'),
      l10n.t('Write it as {0}.', 'redis://user:password@host:6379/0'),
    );
  if (/[\s\\^|<>"'`{}%]/.test(host))
    throw invalid(l10n.t('The host name holds a character that no host name has.'));
  return { host: host === '' ? '127.0.0.1' : host.toLowerCase(), port: parsePort(port) };
}

/** Whether it is an IPv6 address (RFC 4291), with or without a zone as in `fe80::1%eth0`. */
function isIPv6(text: string): boolean {
  const [address = ''] = text.split('%', 1);
  return address.includes(':') && URL.canParse(`http://[${address}]/`);
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw invalid(l10n.t('The port is not a number from 1 to 65535.'));
}

function parseDatabase(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw invalid(
    l10n.t('The database is not a number.'),
    l10n.t('Redis numbers its databases from 0; most servers have 16.'),
  );
}

/** Undoes percent escapes where they are well-formed; a raw `100%` stays as it is. */
function unescapePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
