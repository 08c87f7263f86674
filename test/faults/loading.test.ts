import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { peek, push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { until } from '../launch/limits';
import { startRedis } from '../launch/redisServer';
import { Connections, failureOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';

const queue = Buffer.from('orders');
const keys = 2_000;

describe('server that is loading its data', () => {
  const connections = new Connections();
  afterEach(() => connections.dispose());

  /** A data file with a queue of two messages and many other keys. */
  async function savedData(): Promise<Buffer> {
    const server = await startRedis();
    const redis = new Redis({ host: server.host, port: server.port });
    try {
      await redis.rpush('orders', 'a', 'b');
      await redis.mset(
        Object.fromEntries(Array.from({ length: keys }, (_, at) => [`key${at}`, 'x'.repeat(100)])),
      );
      await redis.save();
      return await readFile(join(server.folder, 'dump.rdb'));
    } finally {
      redis.disconnect();
      await server.stop();
    }
  }

  it('is connected, says so to each command, and goes on when it has finished', async () => {
    const slowly = ['--key-load-delay', '8000', '--loading-process-events-interval-bytes', '1024'];
    const server = await startRedis({ files: { 'dump.rdb': await savedData() }, args: slowly });
    const redis = new Redis({ host: server.host, port: server.port, enableReadyCheck: false });
    try {
      const port = await connections.connect(server.port);
      assert.equal(port.state.kind, 'ready');
      const journal = new MemoryJournal();
      for (const sent of [
        push(port, queue, [Buffer.from('x')], 'tail'),
        peek(port, queue, 'head'),
        safePop(port, journal, 'local', queue, 'head'),
        port.send(['XADD', 'events', '*', 'field', 'value']),
      ]) {
        const failure = await failureOf(sent);
        assert.equal(failure.code, 'loading');
        assert.equal(failure.message, 'The server is still loading its data.');
        assert.match(failure.hint, /INFO persistence/);
      }
      assert.deepEqual(journal.lines, []);
      await redis.config('SET', 'key-load-delay', '0');
      await until(30_000, 'Loading', async () =>
        /\nloading:0/.test(await redis.info('persistence')) ? true : undefined,
      );
      assert.equal(port.state.kind, 'ready');
      assert.equal((await peek(port, queue, 'head', { count: 2 })).length, 2);
      assert.equal(await push(port, queue, [Buffer.from('c')], 'tail'), 3);
      assert.equal(await redis.exists('events'), 0);
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });
});
