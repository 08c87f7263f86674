import type { Endpoint } from '../protocol/endpoint';

/** The address as people write it: `127.0.0.1:6379/0`, `[::1]:6379/0` or `/run/redis.sock/0`. Holds no secret. */
export function endpointLabel(endpoint: Pick<Endpoint, 'host' | 'port' | 'path' | 'db'>): string {
  if (endpoint.path !== undefined) return `${endpoint.path}/${endpoint.db}`;
  return `${hostInUrl(endpoint.host)}:${endpoint.port}/${endpoint.db}`;
}

/** A host as it stands before a port: an IPv6 address in brackets (RFC 3986). */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Server, user and whether it is TLS, without the database: what a password belongs to. What was given for an encrypted
 * connection does not go over a plain one.
 */
export function serverOf(endpoint: Pick<Endpoint, 'host' | 'port' | 'path' | 'username' | 'tls'>): string {
  const user = endpoint.username === undefined ? '' : `${endpoint.username}@`;
  const scheme = endpoint.tls === undefined ? '' : 'tls:';
  return scheme + user + endpointLabel({ ...endpoint, db: 0 });
}
