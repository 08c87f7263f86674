import type { Endpoint } from '../protocol/endpoint';

/** The address as people write it: `127.0.0.1:6379/0`, `[::1]:6379/0` or `/run/redis.sock/0`. Holds no secret. */
export function endpointLabel(endpoint: Pick<Endpoint, 'host' | 'port' | 'path' | 'db'>): string {
  if (endpoint.path !== undefined) return `${endpoint.path}/${endpoint.db}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${host}:${endpoint.port}/${endpoint.db}`;
}

/** Server and user of an endpoint, without the database: what a password belongs to. */
export function serverOf(endpoint: Pick<Endpoint, 'host' | 'port' | 'path' | 'username'>): string {
  const user = endpoint.username === undefined ? '' : `${endpoint.username}@`;
  return user + endpointLabel({ ...endpoint, db: 0 });
}
