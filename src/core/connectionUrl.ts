import * as l10n from '@vscode/l10n';
import type { Endpoint } from '../protocol/endpoint';
import { defaultPort, invalid, isIPv6, parseAuthority, parseDatabase, parsePort } from './addressParts';
import { readAddressQuery } from './addressQuery';
import { endpointLabel } from './endpoint';
import type { Failure } from './failure';
import type { ProfileTls } from './profileTls';
import { type RedisCliLine, readRedisCliLine } from './redisCliLine';

/** A pasted address taken apart: what may be saved, and the secret that may not. */
export interface ParsedConnectionUrl {
  /** Canonical URL without password. */
  readonly url: string;
  readonly password?: string;
  readonly endpoint: Omit<Endpoint, 'password'>;
  /** Suggested name: host and port. */
  readonly name: string;
  /** TLS settings, where the options of a redis-cli line give some. */
  readonly tls?: ProfileTls;
}

/** The server that people mean who name none. */
export const localEndpoint: Omit<Endpoint, 'password'> = { host: '127.0.0.1', port: defaultPort, db: 0 };

/**
 * Reads an address as people paste it: `redis://` or `rediss://` with percent-escaped or raw passwords, a missing
 * scheme, IPv6 with or without brackets, `unix:///path?db=1` or a bare absolute path, a line `REDIS_URL=…` of an
 * environment file, and the command line of redis-cli with `-u` or with `-h -p -s --user -a -n --tls --sni --cacert --cert --key`.
 *
 * A password is everything between the first `:` of the user part and the last `@`, since raw passwords hold `@ # ? / :`.
 * @throws {Failure} `argument` with a sentence that never repeats the password.
 */
export function parseConnectionUrl(text: string): ParsedConnectionUrl {
  const line = readRedisCliLine(text);
  if (line !== undefined) return parseRedisCli(line);
  const trimmed = unwrapped(text);
  if (trimmed === '') throw invalid(l10n.t('The address is empty.'));
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/|^(unix):(?=\/)/i.exec(trimmed);
  const named = scheme?.[1] ?? scheme?.[2];
  const protocol = named?.toLowerCase() ?? (trimmed.startsWith('/') ? 'unix' : 'redis');
  const rest = scheme === null ? trimmed : trimmed.slice(scheme[0].length);
  switch (protocol) {
    case 'redis':
    case 'redis+tcp':
    case 'valkey':
      return parseTcp(rest, false);
    case 'rediss':
    case 'redis+tls':
    case 'redis+ssl':
    case 'valkeys':
      return parseTcp(rest, true);
    case 'unix':
    case 'redis+unix':
    case 'redis-socket':
      return parseUnix(rest);
    case 'redis-sentinel':
    case 'redis+sentinel':
    case 'redis-cluster':
    case 'redis+cluster':
      throw invalid(
        l10n.t('Addresses that begin with {0} are not understood here.', `${protocol}://`),
        l10n.t('Name one server that holds the data: {0}.', 'redis://user@host:6379/0'),
      );
    default:
      throw invalid(l10n.t('The address begins with {0}, which is not Redis.', `${protocol}://`));
  }
}

/** Without what surrounds an address where it is copied from: quotes, backticks, `<…>`, or a variable that is set to it. */
function unwrapped(text: string): string {
  const assigned = /^(?:export\s+)?[A-Za-z_]\w*\s*=\s*(?=["']?[a-z][a-z0-9+.-]*:\/\/)/i;
  return text
    .trim()
    .replace(assigned, '')
    .replace(/^(["'`])(.*)\1$/, '$2')
    .replace(/^<(.*)>$/, '$1')
    .trim();
}

/** The address of an endpoint, with its canonical URL and the name that suggests itself. */
export function connectionAddress(
  endpoint: Omit<Endpoint, 'password'>,
  password?: string,
): ParsedConnectionUrl {
  const { path, db, username, tls } = endpoint;
  const user = username === undefined ? '' : `${encodeURIComponent(username)}@`;
  const secret = password === undefined ? {} : { password };
  if (path !== undefined) {
    const escaped = path.split('/').map(encodeURIComponent).join('/');
    return { url: `unix://${user}${escaped}?db=${db}`, ...secret, endpoint, name: path };
  }
  const label = endpointLabel(endpoint);
  return {
    url: `${tls === undefined ? 'redis' : 'rediss'}://${user}${label}`,
    ...secret,
    endpoint,
    name: db === 0 ? label.slice(0, -2) : label,
  };
}

/** As redis-cli does: what an option says goes before what the URL of `-u` says. */
function parseRedisCli(line: RedisCliLine): ParsedConnectionUrl {
  const { uri, host, port, socket, username, db, encrypted, tls } = line;
  const base = uri === undefined ? { endpoint: localEndpoint, password: undefined } : parseConnectionUrl(uri);
  const { tls: fromUri, ...before } = base.endpoint;
  const isEncrypted = encrypted || fromUri !== undefined;
  const endpoint = {
    ...before,
    ...(host === undefined ? {} : { host: parseHost(host) }),
    ...(port === undefined ? {} : { port: parsePort(port) }),
    ...(socket === undefined ? {} : socketEndpoint(socket)),
    ...(username === undefined || username === '' ? {} : { username }),
    ...(db === undefined ? {} : { db: parseDatabase(db) }),
    ...(isEncrypted && socket === undefined ? { tls: {} } : {}),
  };
  const password = line.password === undefined || line.password === '' ? base.password : line.password;
  const parsed = connectionAddress(endpoint, password);
  return endpoint.tls === undefined || Object.keys(tls).length === 0 ? parsed : { ...parsed, tls };
}

function parseHost(text: string): string {
  return parseAuthority(isIPv6(text) ? `[${text}]` : text).host;
}

function parseTcp(rest: string, schemeEncrypts: boolean): ParsedConnectionUrl {
  const at = rest.lastIndexOf('@');
  const credentials: Credentials = at < 0 ? {} : parseCredentials(rest.slice(0, at));
  const [, authority = '', path = '', text = ''] =
    /^([^/?#]*)\/*([^?#]*?)\/*(?:\?([^#]*))?(?:#.*)?$/s.exec(rest.slice(at + 1)) ?? [];
  if (authority === '' && /[^\d]/.test(path)) throw socketPath();
  const query = readAddressQuery(text);
  const { host, port } = parseAuthority(authority);
  const db = parseDatabase(path === '' ? (query.db ?? '0') : path);
  const { username, password } = { ...query, ...credentials };
  const endpoint = {
    host,
    port,
    db,
    ...(username === undefined ? {} : { username }),
    ...(schemeEncrypts || query.encrypted ? { tls: {} } : {}),
  };
  return connectionAddress(endpoint, password);
}

function parseUnix(rest: string): ParsedConnectionUrl {
  const at = rest.startsWith('/') ? -1 : rest.lastIndexOf('@/');
  const credentials: Credentials = at < 0 ? {} : parseCredentials(rest.slice(0, at));
  const [beforeQuery = '', text = ''] = rest.slice(at + 1).split('?', 2);
  const query = readAddressQuery(text);
  const { username, password } = { ...query, ...credentials };
  const endpoint = {
    ...socketEndpoint(unescapePercent(beforeQuery)),
    db: parseDatabase(query.db ?? '0'),
    ...(username === undefined ? {} : { username }),
  };
  return connectionAddress(endpoint, password);
}

function socketEndpoint(path: string): { host: string; port: number; path: string } {
  if (path.startsWith('/')) return { host: 'localhost', port: defaultPort, path };
  throw socketPath();
}

function socketPath(): Failure {
  return invalid(
    l10n.t('A socket needs an absolute path.'),
    l10n.t('Write it as {0}.', 'unix:///run/redis.sock'),
  );
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

function parseCredentials(text: string): Credentials {
  const colon = text.indexOf(':');
  const username = unescapePercent(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : unescapePercent(text.slice(colon + 1));
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
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
