import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/core/connection';
import { messageAt, peek, push } from '../../src/core/queue';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { SeededRandom } from '../unit/capture/seededRandom';
import { Connections, failureOf } from './connections';

const queue = Buffer.from('orders');

function texts(messages: readonly Buffer[]): string[] {
  return messages.map(String);
}

describe('queue', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;
  let port: Connection;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
    port = await connections.connect(server.port);
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    connections.dispose();
    redis.disconnect();
    await server.stop();
  });

  describe('push', () => {
    const messages = ['a', 'b', 'c'].map((text) => Buffer.from(text));

    it('adds at the tail in order, and gives the length', async () => {
      await redis.rpush('orders', 'x');
      assert.equal(await push(port, queue, messages, 'tail'), 4);
      assert.deepEqual(await redis.lrange('orders', 0, -1), ['x', 'a', 'b', 'c']);
    });

    it('adds at the head one after the other', async () => {
      await redis.rpush('orders', 'x');
      assert.equal(await push(port, queue, messages, 'head'), 4);
      assert.deepEqual(await redis.lrange('orders', 0, -1), ['c', 'b', 'a', 'x']);
    });

    it('keeps the order over several round trips, and every byte', async () => {
      const random = new SeededRandom(2);
      const many = Array.from({ length: 2_500 }, () => random.bytes(random.below(60)));
      assert.equal(await push(port, queue, many, 'tail'), 2_500);
      assert.deepEqual(await redis.lrangeBuffer('orders', 0, -1), many);
    });

    for (const [what, name, given] of [
      ['an empty name', Buffer.alloc(0), messages],
      ['no message', queue, []],
    ] as const) {
      it(`refuses ${what} and changes nothing`, async () => {
        const failure = await failureOf(push(port, name, given, 'tail'));
        assert.equal(failure.code, 'argument');
        assert.equal(await redis.dbsize(), 0);
      });
    }

    it('says that a key holds another type, and changes nothing', async () => {
      await redis.set('orders', 'text');
      const failure = await failureOf(push(port, queue, messages, 'tail'));
      assert.equal(failure.code, 'wrongType');
      assert.equal(await redis.get('orders'), 'text');
    });
  });

  describe('peek', () => {
    const ten = Array.from({ length: 10 }, (_, at) => `${at}`);

    for (const [consume, order] of [
      ['head', ten],
      ['tail', [...ten].reverse()],
    ] as const) {
      it(`shows what is consumed next at the ${consume}, and takes nothing`, async () => {
        await redis.rpush('orders', ...ten);
        for (const [offset, count] of [
          [0, 1],
          [0, 3],
          [2, 4],
          [8, 5],
          [9, 1],
          [10, 3],
          [99, 1],
          [0, 100],
        ] as const) {
          const found = await peek(port, queue, consume, { offset, count });
          assert.deepEqual(texts(found.messages), order.slice(offset, offset + count), `${offset} ${count}`);
          assert.deepEqual([found.length, found.cut], [10, false]);
        }
        assert.equal(await redis.llen('orders'), 10);
      });

      it(`gives the next message at the ${consume}`, async () => {
        await redis.rpush('orders', ...ten);
        assert.equal(String(await messageAt(port, queue, consume)), order[0]);
      });
    }

    it('finds nothing in a queue that does not exist', async () => {
      assert.deepEqual(await peek(port, queue, 'head', { count: 5 }), {
        messages: [],
        length: 0,
        cut: false,
      });
      assert.equal(await messageAt(port, queue, 'head'), null);
    });

    it('stops near its byte budget and says so', async () => {
      await redis.rpush('orders', ...Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)));
      const found = await peek(port, queue, 'head', { count: 500, byteBudget: 20_000 });
      assert.equal(found.cut, true);
      assert.ok(found.messages.length >= 15 && found.messages.length <= 20, `${found.messages.length}`);
      assert.equal(found.length, 1_000);
      assert.equal((await peek(port, queue, 'head', { count: 10, byteBudget: 20_000 })).cut, false);
    });

    it('shows the first message even when it exceeds the budget', async () => {
      await redis.rpush('orders', 'x'.repeat(5_000), 'y');
      const found = await peek(port, queue, 'head', { count: 2, byteBudget: 100 });
      assert.deepEqual([found.messages[0]?.length, found.messages.length, found.cut], [5_000, 1, true]);
    });

    it('reads no more than it asks for', async () => {
      await redis.rpush('orders', ...ten);
      await redis.config('RESETSTAT');
      await peek(port, queue, 'head', { count: 1 });
      assert.match(await redis.info('commandstats'), /cmdstat_lrange:calls=1,/);
    });

    it('refuses an empty name and a key of another type', async () => {
      assert.equal((await failureOf(peek(port, Buffer.alloc(0), 'head'))).code, 'argument');
      await redis.set('orders', 'text');
      assert.equal((await failureOf(peek(port, queue, 'head'))).code, 'wrongType');
      assert.equal((await failureOf(messageAt(port, queue, 'head'))).code, 'wrongType');
    });
  });
});
