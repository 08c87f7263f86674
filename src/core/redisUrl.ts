import type { Endpoint } from '../protocol/endpoint';
import { endpointLabel } from './endpoint';

/** The URL by which redis-py, ioredis and redis-cli reach an endpoint. It holds the password. */
export function redisUrl(endpoint: Endpoint): string {
  const { username, password } = endpoint;
  const user = username === undefined ? '' : encodeURIComponent(username);
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  const login = user === '' && secret === '' ? '' : `${user}${secret}@`;
  if (endpoint.path !== undefined) {
    // What encodeURI leaves alone would end the path.
    const path = encodeURI(endpoint.path).replace(/[?#]/g, encodeURIComponent);
    return `unix://${login}${path}?db=${endpoint.db}`;
  }
  return `${endpoint.tls === undefined ? 'redis' : 'rediss'}://${login}${endpointLabel(endpoint)}`;
}
