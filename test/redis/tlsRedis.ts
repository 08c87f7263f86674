import { freePort } from '../launch/freePort';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { authority, certificates, key } from './testCertificates';

/** A Redis with a TLS port beside its plain one. */
export interface TlsRedis extends RedisServer {
  readonly tlsPort: number;
}

/** What the server shows, and whether it asks clients for a certificate of the same authority. */
export interface TlsRedisOptions {
  readonly certificate: keyof typeof certificates;
  readonly clientCertificates?: 'no' | 'yes';
  /** A fixed plain port; otherwise a free one. */
  readonly port?: number;
  /** Further arguments of redis-server. */
  readonly args?: readonly string[];
}

/** Starts a Redis with TLS. @throws as `startRedis` does */
export async function startTlsRedis(options: TlsRedisOptions): Promise<TlsRedis> {
  const tlsPort = await freePort();
  const server = await startRedis({
    files: { 'ca.pem': authority, 'cert.pem': certificates[options.certificate], 'key.pem': key },
    args: [
      ...['--tls-port', `${tlsPort}`, '--tls-auth-clients', options.clientCertificates ?? 'no'],
      ...['--tls-ca-cert-file', 'ca.pem', '--tls-cert-file', 'cert.pem', '--tls-key-file', 'key.pem'],
      ...(options.args ?? []),
    ],
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  return { ...server, tlsPort };
}
