import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { CaptureClient } from './captureClient';

const times = 500;
/** After so many, what is needed once is there. */
const settled = 100;
const perPanel = 10;
const payload = Buffer.alloc(100_000, 'x');
/** Of 400 rings, into each of which a megabyte was written, and whose address space is 64 MB each. */
const growthLimit = 100 * 1_048_576;

describe('a panel that is opened and closed many times', () => {
  let server: RedisServer;
  let redis: Redis;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
  });
  after(async () => {
    redis?.disconnect();
    await server?.stop();
  });

  async function subscribers(): Promise<number> {
    const list = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
    return list.split('\n').filter((line) => line !== '').length;
  }

  it('frees its socket, its memory and its threads each time', async function () {
    this.timeout(180_000);
    const capture = new CaptureClient();
    const endpoint = { host: server.host, port: server.port, db: 0 };
    let memory = 0;
    let threads = 0;
    for (let time = 0; time < times; time++) {
      const panel = `panel ${time}`;
      await capture.openLive(panel, endpoint, { channels: ['orders'] });
      const batch = redis.pipeline();
      for (let count = 0; count < perPanel; count++) batch.publish('orders', payload);
      await batch.exec();
      await capture.frame(panel, 'all messages', ({ counts }) => counts.received === perPanel);
      capture.send({ kind: 'unwatch', panel });
      await until(30_000, 'The subscriber leaving', async () =>
        (await subscribers()) === 0 ? true : undefined,
      );
      if (time !== settled) continue;
      memory = process.memoryUsage.rss();
      threads = (await readdir('/proc/self/task')).length;
    }
    const grown = process.memoryUsage.rss() - memory;
    assert.ok(grown < growthLimit, `${Math.round(grown / 1_048_576)} MB more than after ${settled} times`);
    assert.equal((await readdir('/proc/self/task')).length, threads);
    await capture.dispose();
  });
});
