import assert from 'node:assert/strict';
import { Catalog } from '../../src/core/catalog';
import { discover, refreshCounts } from '../../src/core/catalogRefresh';
import { peek, push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { until } from '../launch/limits';
import { failureOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';
import { useRedis } from '../redis/useRedis';

const queue = Buffer.from('orders');
const stream = Buffer.from('events');

describe('key that changes meanwhile', () => {
  const bed = useRedis();
  let catalog: Catalog;

  /** A queue of two and a stream of one, which the catalog knows. */
  beforeEach(async () => {
    await bed.redis.rpush('orders', 'a', 'b');
    await bed.redis.xadd('events', '*', 'field', 'value');
    catalog = new Catalog();
    await search();
  });

  function search(): Promise<void> {
    const { signal } = new AbortController();
    return discover(bed.port, catalog, { limit: 100, signal, onProgress: () => undefined, now: Date.now });
  }

  function refresh(): Promise<void> {
    return refreshCounts(bed.port, catalog, { queues: [queue], streams: [stream] }, Date.now);
  }

  function lengths(): (number | string | undefined)[] {
    return [catalog.entry('queue', queue), catalog.entry('stream', stream)].map(
      (entry) => entry?.problem?.code ?? entry?.length,
    );
  }

  it('is replaced: each operation says so, leaves it alone, and its node carries the reason', async () => {
    await bed.redis.set('orders', 'text');
    await bed.redis.set('events', 'text');
    const journal = new MemoryJournal();
    for (const [command, sent] of [
      ['RPUSH', push(bed.port, queue, [Buffer.from('x')], 'tail')],
      ['LPUSH', push(bed.port, queue, [Buffer.from('x')], 'head')],
      ['LRANGE', peek(bed.port, queue, 'head')],
      ['LINDEX', safePop(bed.port, journal, 'local', queue, 'head')],
      ['XADD', bed.port.send(['XADD', 'events', '*', 'field', 'value'])],
    ] as const) {
      const failure = await failureOf(sent);
      assert.equal(failure.code, 'wrongType');
      assert.equal(failure.message, `${command} was refused: the key holds another type of value.`);
      assert.match(failure.hint, /Refresh the view/);
    }
    assert.deepEqual(journal.lines, []);
    assert.deepEqual(await bed.redis.mget('orders', 'events'), ['text', 'text']);
    await refresh();
    assert.deepEqual(lengths(), ['wrongType', 'wrongType']);
    await bed.redis.del('orders', 'events');
    await bed.redis.rpush('orders', 'c');
    await refresh();
    assert.deepEqual(lengths(), [1, 0]);
  });

  it('expires: the queue is drained and holds nothing to take', async () => {
    await bed.redis.pexpire('orders', 1);
    await bed.redis.del('events');
    await until(30_000, 'Expiring', async () =>
      (await bed.redis.exists('orders')) === 0 ? true : undefined,
    );
    assert.deepEqual(await peek(bed.port, queue, 'head'), { messages: [], length: 0, cut: false });
    const journal = new MemoryJournal();
    assert.equal((await safePop(bed.port, journal, 'local', queue, 'head')).outcome, 'empty');
    assert.deepEqual(journal.lines, []);
    await refresh();
    assert.deepEqual(lengths(), [0, 0]);
  });

  for (const [what, change] of [
    ['expires', (): Promise<unknown> => bed.redis.pexpireat('orders', 1)],
    ['is renamed', (): Promise<unknown> => bed.redis.rename('orders', 'orders:old')],
    ['is taken by another', (): Promise<unknown> => bed.redis.lpop('orders')],
  ] as const) {
    it(`${what} between copy and pop: nothing is taken, and that is said`, async () => {
      const journal = new MemoryJournal();
      journal.whileAppending = change;
      const result = await safePop(bed.port, journal, 'local', queue, 'head');
      assert.deepEqual([result.messages, result.outcome], [[], 'moved']);
      assert.deepEqual(journal.lines, ['a: moved']);
      const left = await bed.redis.keys('orders*');
      const lists = await Promise.all(left.map((key) => bed.redis.lrange(key, 0, -1)));
      assert.ok(lists.every((list) => list.includes('b')));
    });
  }

  it('is renamed: the old one is drained, and the next search finds the new one', async () => {
    await bed.redis.rename('orders', 'orders:old');
    await bed.redis.rename('events', 'events:old');
    await refresh();
    assert.deepEqual(lengths(), [0, 0]);
    await search();
    assert.equal(catalog.entry('queue', Buffer.from('orders:old'))?.length, 2);
    assert.equal(catalog.entry('stream', Buffer.from('events:old'))?.length, 1);
    assert.equal(catalog.entry('stream', stream), undefined);
  });
});
