import { join } from 'node:path';
import Redis from 'ioredis';
import { root } from '../launch/paths';
import { present } from '../launch/present';
import { type RedisServer, startRedis } from '../launch/redisServer';
import type { VscodeWindow } from '../launch/window';
import type { WindowOptions } from '../launch/windowHost';
import { useWindow } from './useWindow';

/** A window on a server of its own. */
export interface TrafficBed {
  readonly window: () => VscodeWindow;
  readonly redis: RedisServer;
  /** A client of the tests. */
  readonly publisher: Redis;
  /** Ends the server and the client. */
  stop(): Promise<void>;
  /** Starts both again, the server at the port that it had. */
  restart(): Promise<void>;
}

/**
 * Gives the tests of the surrounding `describe` a Redis server and a window that has a connection `local` to it.
 * @param more further options of the window, asked for when the server runs
 */
export function useTraffic(
  more: (bed: TrafficBed) => Promise<Partial<WindowOptions>> = async () => ({}),
): TrafficBed {
  let redis: RedisServer | undefined;
  let publisher: Redis | undefined;

  async function begin(port?: number): Promise<void> {
    redis = await startRedis(port === undefined ? {} : { port });
    publisher = new Redis(redis.url);
  }
  async function end(): Promise<void> {
    publisher?.disconnect();
    await redis?.stop();
  }

  const window = useWindow(async () => {
    await begin();
    const connection = { id: 'local', name: 'local', url: bed.redis.url };
    return {
      folder: join(root, 'test', 'demo', 'workspace'),
      machineSettings: { 'redisMessaging.connections': [connection] },
      ...(await more(bed)),
    };
  });
  after('end Redis', end);

  const bed: TrafficBed = {
    window,
    get redis() {
      return present(redis);
    },
    get publisher() {
      return present(publisher);
    },
    stop: end,
    restart: () => begin(bed.redis.port),
  };
  return bed;
}
