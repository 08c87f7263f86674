import { Redis } from 'ioredis';
import type { Connection } from '../../src/core/connection';
import { present } from '../launch/present';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections } from './connections';

/** A server with two clients. */
export interface RedisBed {
  readonly server: RedisServer;
  /** The client by which a test prepares and looks. */
  readonly redis: Redis;
  /** The product's own connection. */
  readonly port: Connection;
  /** For further ones; ended after the tests. */
  readonly connections: Connections;
}

/**
 * Gives the tests of the surrounding `describe` one Redis server, emptied before each of them and ended after the last.
 * @returns what is there only while tests run
 */
export function useRedis(): RedisBed {
  const connections = new Connections();
  const bed: { server?: RedisServer; redis?: Redis; port?: Connection } = {};

  before('start Redis', async () => {
    bed.server = await startRedis();
    bed.redis = new Redis({ host: bed.server.host, port: bed.server.port });
    bed.port = await connections.connect(bed.server.port);
  });
  beforeEach('empty Redis', async () => {
    await bed.redis?.flushall();
  });
  after('end Redis', async () => {
    connections.dispose();
    bed.redis?.disconnect();
    await bed.server?.stop();
  });

  return {
    connections,
    get server() {
      return present(bed.server);
    },
    get redis() {
      return present(bed.redis);
    },
    get port() {
      return present(bed.port);
    },
  };
}
