import assert from 'node:assert/strict';
import { messageAt, peek, push } from '../../src/core/queue';
import { SeededRandom } from '../unit/capture/seededRandom';
import { failureOf } from './connections';
import { useRedis } from './useRedis';

const queue = Buffer.from('orders');

function texts(messages: readonly Buffer[]): string[] {
  return messages.map(String);
}

describe('queue', () => {
  const bed = useRedis();

  describe('push', () => {
    const messages = ['a', 'b', 'c'].map((text) => Buffer.from(text));

    it('adds at the tail in order, and gives the length', async () => {
      await bed.redis.rpush('orders', 'x');
      assert.equal(await push(bed.port, queue, messages, 'tail'), 4);
      assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['x', 'a', 'b', 'c']);
    });

    it('adds at the head one after the other', async () => {
      await bed.redis.rpush('orders', 'x');
      assert.equal(await push(bed.port, queue, messages, 'head'), 4);
      assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['c', 'b', 'a', 'x']);
    });

    it('keeps the order over several round trips, and every byte', async () => {
      const random = new SeededRandom(2);
      const many = Array.from({ length: 2_500 }, () => random.bytes(random.below(60)));
      assert.equal(await push(bed.port, queue, many, 'tail'), 2_500);
      assert.deepEqual(await bed.redis.lrangeBuffer('orders', 0, -1), many);
    });

    for (const [what, name, given] of [
      ['an empty name', Buffer.alloc(0), messages],
      ['no message', queue, []],
    ] as const) {
      it(`refuses ${what} and changes nothing`, async () => {
        const failure = await failureOf(push(bed.port, name, given, 'tail'));
        assert.equal(failure.code, 'argument');
        assert.equal(await bed.redis.dbsize(), 0);
      });
    }

    it('says that a key holds another type, and changes nothing', async () => {
      await bed.redis.set('orders', 'text');
      const failure = await failureOf(push(bed.port, queue, messages, 'tail'));
      assert.equal(failure.code, 'wrongType');
      assert.equal(await bed.redis.get('orders'), 'text');
    });
  });

  describe('peek', () => {
    const ten = Array.from({ length: 10 }, (_, at) => `${at}`);

    for (const [consume, order] of [
      ['head', ten],
      ['tail', [...ten].reverse()],
    ] as const) {
      it(`shows what is consumed next at the ${consume}, and takes nothing`, async () => {
        await bed.redis.rpush('orders', ...ten);
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
          const found = await peek(bed.port, queue, consume, { offset, count });
          assert.deepEqual(texts(found.messages), order.slice(offset, offset + count), `${offset} ${count}`);
          assert.deepEqual([found.length, found.cut], [10, false]);
        }
        assert.equal(await bed.redis.llen('orders'), 10);
      });

      it(`gives the next message at the ${consume}`, async () => {
        await bed.redis.rpush('orders', ...ten);
        assert.equal(String(await messageAt(bed.port, queue, consume)), order[0]);
      });
    }

    it('finds nothing in a queue that does not exist', async () => {
      assert.deepEqual(await peek(bed.port, queue, 'head', { count: 5 }), {
        messages: [],
        length: 0,
        cut: false,
      });
      assert.equal(await messageAt(bed.port, queue, 'head'), null);
    });

    it('stops near its byte budget and says so', async () => {
      await bed.redis.rpush('orders', ...Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)));
      const found = await peek(bed.port, queue, 'head', { count: 500, byteBudget: 20_000 });
      assert.equal(found.cut, true);
      assert.ok(found.messages.length >= 15 && found.messages.length <= 20, `${found.messages.length}`);
      assert.equal(found.length, 1_000);
      assert.equal((await peek(bed.port, queue, 'head', { count: 10, byteBudget: 20_000 })).cut, false);
    });

    it('shows the first message even when it exceeds the budget', async () => {
      await bed.redis.rpush('orders', 'x'.repeat(5_000), 'y');
      const found = await peek(bed.port, queue, 'head', { count: 2, byteBudget: 100 });
      assert.deepEqual([found.messages[0]?.length, found.messages.length, found.cut], [5_000, 1, true]);
    });

    it('reads no more than it asks for', async () => {
      await bed.redis.rpush('orders', ...ten);
      await bed.redis.config('RESETSTAT');
      await peek(bed.port, queue, 'head', { count: 1 });
      assert.match(await bed.redis.info('commandstats'), /cmdstat_lrange:calls=1,/);
    });

    it('refuses an empty name and a key of another type', async () => {
      assert.equal((await failureOf(peek(bed.port, Buffer.alloc(0), 'head'))).code, 'argument');
      await bed.redis.set('orders', 'text');
      assert.equal((await failureOf(peek(bed.port, queue, 'head'))).code, 'wrongType');
      assert.equal((await failureOf(messageAt(bed.port, queue, 'head'))).code, 'wrongType');
    });
  });
});
