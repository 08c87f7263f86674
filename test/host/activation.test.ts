import assert from 'node:assert/strict';
import Redis from 'ioredis';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { productApi, run, useSetting } from './product';

/** Whether a bundle of the product has been read by this extension host. */
function isLoaded(bundle: string): boolean {
  return Object.keys(require.cache).some((path) => path.replaceAll('\\', '/').endsWith(`/dist/${bundle}.js`));
}

describe('activation', () => {
  let redis: RedisServer;
  let observer: Redis;

  before('start Redis', async () => {
    redis = await startRedis();
    observer = new Redis(redis.url);
  });
  useSetting('connections', () => [{ id: 'quiet', name: 'quiet', url: redis.url }]);
  after('end Redis', async () => {
    observer?.disconnect();
    await redis?.stop();
  });

  async function connectionsReceived(): Promise<number> {
    const stats = await observer.info('stats');
    return Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
  }

  it('opens no socket and loads no Redis client before the user acts', async () => {
    const before = await connectionsReceived();
    const api = await productApi();
    assert.equal(api.catalog('quiet').connection, 'quiet');
    await run('explorer.filter', { glob: 'a*' });
    await run('explorer.clearFilter', {});
    await run('explorer.refresh', {});
    assert.ok(isLoaded('extension'), 'the extension runs in this host');
    assert.equal(isLoaded('redis'), false, 'the Redis client was loaded');
    // Whatever had been opened earlier would be counted by now, too: Redis accepts in order.
    await run('connection.connect', { connection: 'quiet' });
    assert.ok(isLoaded('redis'));
    assert.equal(await connectionsReceived(), before + 1);
    assert.match(String(await observer.client('LIST')), /name=redis-messaging:commands/);
  });

  it('returns a versioned API that only reads', async () => {
    const api = await productApi();
    assert.equal(api.version, 1);
    assert.deepEqual(Object.keys(api).sort(), ['catalog', 'traffic', 'version', 'workers']);
    assert.throws(() => api.catalog('nowhere'), { code: 'noConnection' });
  });
});
