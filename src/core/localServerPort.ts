import type { ConnectionProfile } from './connectionProfile';
import { parseConnectionUrl } from './connectionUrl';
import type { Failure } from './failure';

/** A local Redis listens on 127.0.0.1 and not on `::1`; `localhost` is looked up as both. */
const served: readonly string[] = ['127.0.0.1', 'localhost'];

/**
 * The port at which a local Redis of ours would be what a profile leads to: it speaks no TLS, knows no user, and listens
 * on the loopback address. Undefined where it cannot be.
 */
export function localServerPort({
  url,
  invalid,
}: Pick<ConnectionProfile, 'url' | 'invalid'>): number | undefined {
  if (url === '' || invalid !== undefined) return undefined;
  const { host, port, path, tls, username } = parseConnectionUrl(url).endpoint;
  const plain = path === undefined && tls === undefined && username === undefined;
  return plain && served.includes(host) ? port : undefined;
}

/** Whether a local Redis would help: nothing listens where it is looked for on this machine. */
export function lacksLocalServer(
  profile: Pick<ConnectionProfile, 'url' | 'invalid'>,
  failure: Failure,
): boolean {
  if (failure.about !== 'server' || profile.url === '' || profile.invalid !== undefined) return false;
  const { host, path } = parseConnectionUrl(profile.url).endpoint;
  return path === undefined && (served.includes(host) || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host));
}
