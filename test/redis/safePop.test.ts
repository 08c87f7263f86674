import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/core/connection';
import type { QueueEnd } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { startRedis } from '../launch/redisServer';
import { SeededRandom } from '../unit/capture/seededRandom';
import { failureOf } from './connections';
import { MemoryJournal } from './memoryJournal';
import { useRedis } from './useRedis';

const queue = Buffer.from('orders');

describe('pop', () => {
  const bed = useRedis();
  let journal: MemoryJournal;

  beforeEach(async () => {
    journal = new MemoryJournal();
  });

  async function pop(end: QueueEnd, count = 1, through = bed.port) {
    const { messages, ...rest } = await safePop(through, journal, 'local', queue, end, { count });
    return { ...rest, messages: messages.map(String) };
  }

  it('takes only the message that was agreed to, where one was', async () => {
    await bed.redis.rpush('orders', 'seen', 'other');
    const expected = Buffer.from('seen');
    await bed.redis.lpush('orders', 'in front');
    const moved = await safePop(bed.port, journal, 'local', Buffer.from('orders'), 'head', { expected });
    assert.deepEqual([moved.outcome, moved.messages], ['moved', []]);
    assert.equal(await bed.redis.llen('orders'), 3);
    await bed.redis.lpop('orders');
    const popped = await safePop(bed.port, journal, 'local', Buffer.from('orders'), 'head', { expected });
    assert.deepEqual([popped.outcome, popped.messages.map(String)], ['popped', ['seen']]);
  });

  for (const [end, order] of [
    ['head', ['a', 'b', 'c']],
    ['tail', ['c', 'b', 'a']],
  ] as const) {
    it(`takes from the ${end} in order, each copied before`, async () => {
      await bed.redis.rpush('orders', 'a', 'b', 'c');
      assert.deepEqual(await pop(end), { messages: order.slice(0, 1), outcome: 'popped', unchecked: false });
      assert.deepEqual((await pop(end, 2)).messages, order.slice(1));
      assert.equal(await bed.redis.exists('orders'), 0);
      assert.deepEqual(
        journal.lines,
        order.map((message) => `${message}: popped`),
      );
      const [entry] = journal.entries;
      assert.deepEqual([entry?.connection, entry?.queue, entry?.end], ['local', queue, end]);
    });
  }

  it('takes any bytes, also many', async () => {
    const random = new SeededRandom(8);
    const messages = [Buffer.alloc(0), Buffer.from([0, 0xff, 0x0d, 0x0a]), random.bytes(2_000_000)];
    await bed.redis.rpush('orders', ...messages);
    const result = await safePop(bed.port, journal, 'local', queue, 'head', { count: 3 });
    assert.deepEqual(result.messages, messages);
    assert.deepEqual(
      journal.entries.map(({ message }) => message),
      messages,
    );
  });

  it('says that the queue is empty, also when it became so', async () => {
    assert.deepEqual(await pop('head'), { messages: [], outcome: 'empty', unchecked: false });
    await bed.redis.rpush('orders', 'a');
    assert.deepEqual(await pop('head', 5), { messages: ['a'], outcome: 'empty', unchecked: false });
  });

  it('takes nothing when another consumer was faster', async () => {
    await bed.redis.rpush('orders', 'a', 'b');
    journal.whileAppending = () => bed.redis.lpop('orders');
    assert.deepEqual(await pop('head'), { messages: [], outcome: 'moved', unchecked: false });
    assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['b']);
    assert.deepEqual(journal.lines, ['a: moved']);
  });

  it('takes nothing when the last message was taken by another', async () => {
    await bed.redis.rpush('orders', 'a');
    journal.whileAppending = () => bed.redis.lpop('orders');
    assert.equal((await pop('head')).outcome, 'moved');
    assert.deepEqual(journal.lines, ['a: moved']);
  });

  it('takes nothing when another message was put before it', async () => {
    await bed.redis.rpush('orders', 'a');
    journal.whileAppending = () => bed.redis.lpush('orders', 'z');
    assert.equal((await pop('head')).outcome, 'moved');
    assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['z', 'a']);
  });

  it('keeps what it has taken when a later one is taken by another', async () => {
    await bed.redis.rpush('orders', 'a', 'b', 'c');
    journal.whileAppending = async ({ message }) =>
      message.toString() === 'b' ? bed.redis.lpop('orders') : undefined;
    assert.deepEqual(await pop('head', 3), {
      messages: ['a'],
      outcome: 'moved',
      unchecked: false,
    });
    assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['c']);
  });

  it('takes one of two identical messages when the other was taken meanwhile', async () => {
    await bed.redis.rpush('orders', 'same', 'same', 'c');
    journal.whileAppending = () => bed.redis.lpop('orders');
    assert.deepEqual((await pop('head')).messages, ['same']);
    assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['c']);
  });

  it('takes nothing when the copy cannot be kept', async () => {
    await bed.redis.rpush('orders', 'a');
    journal.fullAt = 0;
    assert.equal((await failureOf(pop('head'))).code, 'journal');
    assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['a']);
  });

  it('hands out what it has taken when a later copy cannot be kept', async () => {
    await bed.redis.rpush('orders', 'a', 'b');
    journal.fullAt = 1;
    const result = await pop('head', 2);
    assert.deepEqual([result.messages, result.cause?.code], [['a'], 'journal']);
    assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['b']);
  });

  it('hands out what it has taken when the outcome cannot be noted, and says so', async () => {
    await bed.redis.rpush('orders', 'a', 'b');
    journal.settleFails = true;
    const { warning, ...result } = await pop('head', 2);
    assert.deepEqual(result, { messages: ['a', 'b'], outcome: 'popped', unchecked: false });
    assert.deepEqual([warning?.code, warning?.message], ['journal', 'The disk is full.']);
    assert.deepEqual(journal.lines, ['a: undefined', 'b: undefined']);
  });

  it('refuses an empty name and a key of another type', async () => {
    assert.equal(
      (await failureOf(safePop(bed.port, journal, 'local', Buffer.alloc(0), 'head'))).code,
      'argument',
    );
    await bed.redis.set('orders', 'text');
    assert.equal((await failureOf(pop('head'))).code, 'wrongType');
    assert.deepEqual(journal.lines, []);
  });

  it('takes nothing from a key that turns into another type meanwhile', async () => {
    await bed.redis.rpush('orders', 'a');
    journal.whileAppending = () => bed.redis.set('orders', 'text');
    assert.equal((await failureOf(pop('head'))).code, 'wrongType');
    assert.deepEqual(journal.lines, ['a: untouched']);
    assert.equal(await bed.redis.get('orders'), 'text');
  });

  describe('of a user', () => {
    async function user(...rules: string[]): Promise<Connection> {
      const name = `user${rules.join('')}`;
      await bed.redis.call('ACL', 'SETUSER', name, 'on', '>pw', '~*', '&*', '+@all', ...rules);
      return bed.connections.connect(bed.server.port, { username: name, password: 'pw' });
    }

    it('who may not run EVAL goes without the check, and says so', async () => {
      await bed.redis.rpush('orders', 'a', 'b', 'c');
      const through = await user('-eval');
      assert.deepEqual(await pop('head', 2, through), {
        messages: ['a', 'b'],
        outcome: 'popped',
        unchecked: true,
      });
      assert.deepEqual(journal.lines, ['a: untouched', 'a: popped', 'b: popped']);
      assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['c']);
    });

    it('who may not run EVAL gets the message that came out, and a copy of that', async () => {
      await bed.redis.rpush('orders', 'a', 'b', 'c');
      journal.whileAppending = async () =>
        journal.entries.length === 2 ? bed.redis.lpop('orders') : undefined;
      assert.deepEqual((await pop('head', 1, await user('-eval'))).messages, ['b']);
      assert.deepEqual(journal.lines, ['a: untouched', 'a: moved', 'b: popped']);
    });

    it('who may not run EVAL gets the message that came out also when the disk is full by then', async () => {
      await bed.redis.rpush('orders', 'a', 'b');
      journal.fullAt = 2;
      journal.whileAppending = async () =>
        journal.entries.length === 2 ? bed.redis.lpop('orders') : undefined;
      const { messages, warning } = await pop('head', 1, await user('-eval'));
      assert.deepEqual([messages, warning?.code], [['b'], 'journal']);
    });

    it('who may not run EVAL finds the queue empty when others were faster', async () => {
      await bed.redis.rpush('orders', 'a');
      journal.whileAppending = async () =>
        journal.entries.length === 2 ? bed.redis.lpop('orders') : undefined;
      assert.equal((await pop('head', 1, await user('-eval'))).outcome, 'empty');
      assert.deepEqual(journal.lines, ['a: untouched', 'a: moved']);
    });

    it('who may not pop is told so, and nothing is taken', async () => {
      await bed.redis.rpush('orders', 'a');
      const failure = await failureOf(pop('head', 1, await user('-lpop')));
      assert.equal(failure.code, 'permission');
      assert.match(failure.message, /LPOP/);
      assert.deepEqual(await bed.redis.lrange('orders', 0, -1), ['a']);
      assert.ok(journal.lines.every((line) => line === 'a: untouched'));
    });
  });

  it('works when the memory of the bed.server is full', async () => {
    const full = await startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] });
    const admin = new Redis({ host: full.host, port: full.port });
    try {
      const through = await bed.connections.connect(full.port);
      await admin.rpush('orders', 'a', 'b');
      await admin.config('SET', 'maxmemory', '100kb');
      await assert.rejects(admin.rpush('orders', 'c'), /OOM/);
      assert.deepEqual(await pop('head', 2, through), {
        messages: ['a', 'b'],
        outcome: 'popped',
        unchecked: false,
      });
    } finally {
      admin.disconnect();
      await full.stop();
    }
  });

  it('takes nothing from a read-only replica', async () => {
    await bed.redis.config('SET', 'repl-diskless-sync-delay', '0');
    const replica = await startRedis({ args: ['--replicaof', bed.server.host, String(bed.server.port)] });
    const admin = new Redis({ host: replica.host, port: replica.port });
    try {
      await bed.redis.rpush('orders', 'a');
      await bed.redis.wait(1, 10_000);
      const through = await bed.connections.connect(replica.port);
      assert.equal((await failureOf(pop('head', 1, through))).code, 'readOnly');
      assert.deepEqual(journal.lines, ['a: untouched']);
      assert.equal(await bed.redis.llen('orders'), 1);
    } finally {
      admin.disconnect();
      await replica.stop();
    }
  });
});
