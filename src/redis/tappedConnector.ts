import { connect, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { Endpoint } from '../protocol/endpoint';
import { tlsOptions } from './clientOptions';

/** Stands between a socket and the client. */
export interface SocketTap {
  /** The socket was made; it is not connected yet. What is pushed into it is what the client reads. */
  opened(socket: Socket): void;
  /** Where the next read puts its bytes; the larger, the fewer reads. */
  landing(): Uint8Array;
  /** Takes all that arrives; valid during the call only. Throwing ends the connection with that error. */
  take(bytes: Uint8Array): void;
}

/** What ioredis takes as its `Connector` option. */
export type ConnectorClass = NonNullable<RedisOptions['Connector']>;

/**
 * A connector with which ioredis opens, authenticates and writes to its socket as ever, while what arrives goes to a
 * tap first. The bytes are read into memory of the tap's (`onread` of net and tls), never into new buffers.
 */
export function tappedConnector(
  endpoint: Endpoint,
  disconnectTimeoutMs: number,
  tap: SocketTap,
): ConnectorClass {
  return class TappedConnector extends AbstractConnector {
    constructor() {
      super(disconnectTimeoutMs);
    }

    async connect(): Promise<Socket> {
      this.connecting = true;
      const socket = openSocket(endpoint, tap);
      socket.once('error', (error) => {
        this.firstError = error;
      });
      this.stream = socket;
      return socket;
    }
  };
}

function openSocket(endpoint: Endpoint, tap: SocketTap): Socket {
  const onread: OnReadOpts = {
    buffer: () => tap.landing(),
    callback: (length, buffer) => {
      try {
        tap.take(buffer.subarray(0, length));
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
      return true;
    },
  };
  const address =
    endpoint.path === undefined ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path };
  const tls = tlsOptions(endpoint);
  // Node documents `onread` for TLS too; only its types leave it out.
  const options: ConnectionOptions & { onread: OnReadOpts } = { ...tls, ...address, onread };
  const socket = tls === undefined ? connect({ ...address, onread }) : connectTls(options);
  tap.opened(socket);
  return socket;
}
