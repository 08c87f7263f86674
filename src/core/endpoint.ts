/** TLS settings of an endpoint; certificates as PEM text. */
export interface EndpointTls {
  readonly servername?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * All that is needed to reach one Redis, with its secret. It is handed to the client, the capture thread and the
 * launcher, and to nothing that logs, saves or shows.
 */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Unix socket; where set, host and port are not used. */
  readonly path?: string;
  readonly username?: string;
  readonly password?: string;
  /** Database number. */
  readonly db: number;
  readonly tls?: EndpointTls;
}

/** The address as people write it: `127.0.0.1:6379/0`, `[::1]:6379/0` or `/run/redis.sock/0`. Holds no secret. */
export function endpointLabel(endpoint: Pick<Endpoint, 'host' | 'port' | 'path' | 'db'>): string {
  if (endpoint.path !== undefined) return `${endpoint.path}/${endpoint.db}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${host}:${endpoint.port}/${endpoint.db}`;
}
