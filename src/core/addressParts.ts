import * as l10n from '@vscode/l10n';
import { Failure } from './failure';

export const defaultPort = 6379;

/** The failure of an address that cannot be read. */
export function invalid(
  message: string,
  hint = l10n.t('Write it as {0}.', 'redis://user@host:6379/0'),
): Failure {
  return new Failure('argument', message, { hint });
}

/**
 * Host and port of an address: `host`, `host:port`, or an IPv6 address with or without brackets; the port of Redis and
 * the loopback address where they are left out.
 * @throws {Failure} `argument`
 */
export function parseAuthority(authority: string): { host: string; port: number } {
  if (isIPv6(authority)) {
    // Four digits are a group of the address or a port, five are a port.
    if (/:\d{4,5}$/.test(authority)) throw unclearPort();
    return { host: authority, port: defaultPort };
  }
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(authority);
  if (bracketed !== null) {
    // A zone is written with an escaped percent sign in a URL (RFC 6874).
    const address = (bracketed[1] ?? '').replace('%25', '%');
    if (isIPv6(address)) return { host: address, port: parsePort(bracketed[2]) };
  }
  const [host = '', port, ...more] = authority.split(':');
  if (more.length > 0 || host.startsWith('['))
    throw invalid(
      l10n.t('The address is neither a host with a port nor an IPv6 address.'),
      l10n.t('Write it as {0}.', 'redis://user:password@host:6379/0'),
    );
  if (/[\s\\^|<>"'`{}%=]|^-|\p{Cf}/u.test(host))
    throw invalid(l10n.t('The host name holds a character that no host name has.'));
  return { host: host === '' ? '127.0.0.1' : host.toLowerCase(), port: parsePort(port) };
}

function unclearPort(): Failure {
  return invalid(
    l10n.t('The number at the end may be the port or part of the IPv6 address.'),
    l10n.t('Write it as {0}.', 'redis://[::1]:6379/0'),
  );
}

/** Whether it is an IPv6 address (RFC 4291), with or without a zone as in `fe80::1%eth0`. */
export function isIPv6(text: string): boolean {
  const [address = ''] = text.split('%', 1);
  return address.includes(':') && URL.canParse(`http://[${address}]/`);
}

/** @throws {Failure} `argument` */
export function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw invalid(l10n.t('The port is not a number from 1 to 65535.'));
}

/** @throws {Failure} `argument` */
export function parseDatabase(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw invalid(
    l10n.t('The database is not a number.'),
    l10n.t('Redis numbers its databases from 0; most servers have 16.'),
  );
}
