import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { Catalog } from '../../src/core/catalog';
import { discover, listDatabases, refreshCounts } from '../../src/core/catalogRefresh';
import type { CommandPort } from '../../src/core/commandPort';
import type { Connection } from '../../src/core/connection';
import { startRedis } from '../launch/redisServer';
import { failureOf } from './connections';
import { useRedis } from './useRedis';

/** Names that break whatever treats them as text, patterns or commands. */
const oddNames = [
  'plain',
  'a\nb',
  'say "hi" \'there\'',
  '$(zap)',
  '[x](command:y)',
  '*',
  '{curly}',
  '\u202eevil',
  ' ',
].map((name) => Buffer.from(name));
const binaryName = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xfe]);

describe('search for queues and streams', () => {
  const bed = useRedis();
  let catalog: Catalog;

  beforeEach(async () => {
    catalog = new Catalog();
  });

  function search(
    more: {
      limit?: number;
      glob?: string;
      signal?: AbortSignal;
      onProgress?: () => void;
      through?: CommandPort;
    } = {},
  ): Promise<void> {
    const {
      limit = 10_000,
      glob,
      signal = new AbortController().signal,
      onProgress = () => undefined,
    } = more;
    return discover(more.through ?? bed.port, catalog, {
      limit,
      signal,
      onProgress,
      now: () => performance.now(),
      ...(glob === undefined ? {} : { glob }),
    });
  }

  function count(wanted: { queues?: readonly Buffer[]; streams?: readonly Buffer[] } = {}): Promise<void> {
    return refreshCounts(bed.port, catalog, { queues: [], streams: [], ...wanted }, () => performance.now());
  }

  function names(kind: 'queue' | 'stream'): string[] {
    return catalog
      .entries(kind)
      .map(({ name }) => name.toString('latin1'))
      .sort();
  }

  async function fill(queues: number): Promise<void> {
    const pipeline = bed.redis.pipeline();
    for (let at = 0; at < queues; at++) pipeline.rpush(`q:${at}`, 'x');
    await pipeline.exec();
  }

  it('finds lists and streams by whatever name, with their lengths, and nothing else', async () => {
    const all = [...oddNames, binaryName];
    for (const name of all) await bed.redis.rpush(name, 'a', 'b');
    await bed.redis.xadd('events', '*', 'f', 'v');
    await bed.redis.set('text', 'x');
    await bed.redis.hset('hash', 'f', 'v');
    await bed.redis.zadd('sorted', 1, 'x');
    await search();
    assert.deepEqual(names('queue'), all.map((name) => name.toString('latin1')).sort());
    assert.ok(catalog.entries('queue').every(({ length, drained }) => length === 2 && !drained));
    assert.deepEqual(names('stream'), ['events']);
    assert.equal(catalog.entry('stream', Buffer.from('events'))?.length, 1);
    assert.deepEqual(catalog.discovery, { running: false, done: true, partial: false });
  });

  it('never uses KEYS, and no command on a key but its length', async () => {
    await fill(50);
    await bed.redis.xadd('events', '*', 'f', 'v');
    await bed.redis.config('RESETSTAT');
    await search();
    await count({ queues: [Buffer.from('q:1')], streams: [Buffer.from('events')] });
    await listDatabases(bed.port);
    const used = [...(await bed.redis.info('commandstats')).matchAll(/^cmdstat_([^:]+):/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(used.filter((name) => name !== 'config|resetstat').sort(), [
      'info',
      'llen',
      'pubsub|channels',
      'pubsub|numpat',
      'pubsub|numsub',
      'scan',
      'xlen',
    ]);
  });

  it('keeps a queue that was drained, and forgets a stream that is gone', async () => {
    await bed.redis.rpush('orders', 'x');
    await bed.redis.xadd('events', '*', 'f', 'v');
    await search();
    await bed.redis.del('orders', 'events');
    await search();
    await count({ queues: [Buffer.from('orders')] });
    assert.deepEqual(names('queue'), ['orders']);
    assert.equal(catalog.entry('queue', Buffer.from('orders'))?.drained, true);
    assert.deepEqual(names('stream'), []);
  });

  it('names the problem of a list that turned into a string, and drops it when it is a list again', async () => {
    await bed.redis.rpush('orders', 'x');
    await search();
    await bed.redis.set('orders', 'text');
    await count({ queues: [Buffer.from('orders')] });
    assert.equal(catalog.entry('queue', Buffer.from('orders'))?.problem?.code, 'wrongType');
    await bed.redis.del('orders');
    await bed.redis.rpush('orders', 'x', 'y');
    await count({ queues: [Buffer.from('orders')] });
    const entry = catalog.entry('queue', Buffer.from('orders'));
    assert.deepEqual([entry?.problem, entry?.length], [undefined, 2]);
  });

  it('stops at its limit and says that there are more', async () => {
    await fill(50);
    await search({ limit: 20 });
    assert.equal(catalog.count('queue'), 20);
    assert.equal(catalog.discovery.partial, true);
  });

  it('is complete when there are exactly as many as its limit', async () => {
    await fill(20);
    await search({ limit: 20 });
    assert.equal(catalog.count('queue'), 20);
    assert.equal(catalog.discovery.partial, false);
  });

  it('looks only for names that match', async () => {
    await fill(5);
    await bed.redis.rpush('other', 'x');
    await search({ glob: 'q:[12]' });
    assert.deepEqual(names('queue'), ['q:1', 'q:2']);
  });

  it('does not forget streams that a filter hides', async () => {
    await bed.redis.xadd('events', '*', 'f', 'v');
    await search();
    await search({ glob: 'other*' });
    assert.deepEqual(names('stream'), ['events']);
  });

  it('ends when it is cancelled, and keeps what it found', async () => {
    await fill(5_000);
    const abort = new AbortController();
    const failure = await failureOf(
      search({
        signal: abort.signal,
        onProgress: () => {
          if (catalog.count('queue') > 0) abort.abort();
        },
      }),
    );
    assert.equal(failure.code, 'cancelled');
    assert.ok(catalog.count('queue') > 0 && catalog.count('queue') < 5_000);
    assert.deepEqual(catalog.discovery, { running: false, done: false, partial: false });
  });

  it('counts channels, their subscribers and patterns', async () => {
    const subscriber = new Redis({ host: bed.server.host, port: bed.server.port });
    try {
      await subscriber.subscribe('news', binaryName, ...oddNames.map(String));
      await subscriber.psubscribe('n*', 'm*');
      await count();
      const found = new Map(
        catalog.channels.map((entry) => [entry.name.toString('latin1'), entry.subscribers]),
      );
      assert.equal(found.size, 2 + oddNames.length);
      assert.ok([...found.values()].every((subscribers) => subscribers === 1));
      assert.ok(found.has(binaryName.toString('latin1')));
      assert.equal(catalog.patternCount, 2);
      await subscriber.unsubscribe('news');
      await count();
      assert.equal(catalog.channels.length, 1 + oddNames.length);
    } finally {
      subscriber.disconnect();
    }
  });

  it('names the databases that hold keys', async () => {
    const other = new Redis({ host: bed.server.host, port: bed.server.port, db: 5 });
    try {
      await other.mset('a', '1', 'b', '2');
      assert.deepEqual(await listDatabases(bed.port), [{ db: 5, keys: 2 }]);
    } finally {
      other.disconnect();
    }
  });

  describe('for a user who may not', () => {
    async function limited(...rules: string[]): Promise<Connection> {
      const user = `user${rules.join('')}`;
      await bed.redis.call('ACL', 'SETUSER', user, 'on', '>pw', '~*', '&*', '+@all', ...rules);
      return bed.connections.connect(bed.server.port, { username: user, password: 'pw' });
    }

    it('use SCAN, says so', async () => {
      await search({ through: await limited('-scan') });
      const { problem, running } = catalog.discovery;
      assert.equal(problem?.code, 'permission');
      assert.match(problem?.message ?? '', /SCAN/);
      assert.equal(running, false);
    });

    it('use PUBSUB, says so and counts the rest', async () => {
      await bed.redis.rpush('orders', 'x');
      await search();
      await bed.redis.rpush('orders', 'y');
      const through = await limited('-pubsub');
      await refreshCounts(through, catalog, { queues: [Buffer.from('orders')], streams: [] }, () => 0);
      assert.equal(catalog.channelProblem?.code, 'permission');
      assert.match(catalog.channelProblem?.message ?? '', /PUBSUB/);
      assert.equal(catalog.entry('queue', Buffer.from('orders'))?.length, 2);
      await count();
      assert.equal(catalog.channelProblem, undefined);
    });

    it('count subscribers, shows the channels all the same', async () => {
      const subscriber = new Redis({ host: bed.server.host, port: bed.server.port });
      try {
        await subscriber.subscribe('news');
        const through = await limited('-pubsub|numsub');
        await refreshCounts(through, catalog, { queues: [], streams: [] }, () => 0);
        assert.deepEqual(
          catalog.channels.map(({ name }) => String(name)),
          ['news'],
        );
      } finally {
        subscriber.disconnect();
      }
    });

    it('use INFO, names no databases', async () => {
      await bed.redis.set('a', '1');
      assert.deepEqual(await listDatabases(await limited('-info')), []);
    });

    it('read a key, names it on that key only', async () => {
      await bed.redis.rpush('orders', 'x');
      await bed.redis.rpush('secret', 'x');
      await search();
      const through = await limited('resetkeys', '~orders');
      await refreshCounts(
        through,
        catalog,
        { queues: ['orders', 'secret'].map((it) => Buffer.from(it)), streams: [] },
        () => 0,
      );
      assert.equal(catalog.entry('queue', Buffer.from('orders'))?.problem, undefined);
      assert.equal(catalog.entry('queue', Buffer.from('secret'))?.problem?.code, 'permission');
    });
  });

  it('rejects a refresh when the connection is lost, and changes no length', async () => {
    const mortal = await startRedis();
    try {
      const client = await bed.connections.connect(mortal.port);
      catalog.setLength('queue', Buffer.from('orders'), 3, 0);
      process.kill(mortal.pid, 'SIGKILL');
      const failure = await failureOf(
        refreshCounts(client, catalog, { queues: [Buffer.from('orders')], streams: [] }, () => 1),
      );
      assert.ok(['unreachable', 'outcomeUnknown'].includes(failure.code));
      const entry = catalog.entry('queue', Buffer.from('orders'));
      assert.deepEqual([entry?.length, entry?.problem], [3, undefined]);
    } finally {
      await mortal.stop();
    }
  });
});
