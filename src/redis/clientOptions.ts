import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import type { Endpoint } from '../protocol/endpoint';

/** How long TCP and TLS may take, in ms. */
const connectTimeoutMs = 5_000;
/** How long the client waits for a reply, in ms, before it says that the outcome is unknown. */
const commandTimeoutMs = 5_000;
/** How long a closing socket may take to say goodbye, in ms, before it is destroyed. */
const disconnectTimeoutMs = 500;

/** Without `replyMapping`, whose two declarations in ioredis disagree under exact optional properties. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * The endpoint's TLS settings as Node takes them. Certificates are always verified. The server name is sent (SNI), as
 * servers behind a proxy need it, unless the host is an address.
 */
export function tlsOptions(endpoint: Endpoint): ConnectionOptions | undefined {
  const { tls, host } = endpoint;
  if (tls === undefined) return undefined;
  const servername = tls.servername ?? (isIP(host) === 0 && endpoint.path === undefined ? host : undefined);
  return {
    // Otherwise NODE_TLS_REJECT_UNAUTHORIZED in the environment of the editor could switch it off.
    rejectUnauthorized: true,
    ...(servername === undefined ? {} : { servername }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
  };
}

/**
 * The options with which ioredis never resends, never queues, never retries and never resubscribes by itself: each of
 * those, by default, loses or doubles messages or hides a fault. Whoever makes the client supervises it.
 *
 * @param connectionName what CLIENT LIST shows
 */
export function clientOptions(endpoint: Endpoint, connectionName: string): ClientOptions {
  const tls = tlsOptions(endpoint);
  return {
    ...(endpoint.path === undefined ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path }),
    ...(endpoint.username === undefined ? {} : { username: endpoint.username }),
    ...(endpoint.password === undefined && endpoint.username === undefined
      ? {}
      : { password: endpoint.password ?? '' }),
    ...(tls === undefined ? {} : { tls }),
    db: endpoint.db,
    protocol: 2,
    connectionName,
    disableClientInfo: true,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    autoResubscribe: false,
    retryStrategy: () => null,
  };
}
