import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { publish } from '../../src/core/channel';
import type { Connection } from '../../src/core/connection';
import type { Failure } from '../../src/core/failure';
import { peek, push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';

const queue = Buffer.from('orders');
const setUpLimitMs = 30_000;

describe('server that', () => {
  const connections = new Connections();
  const ends: (() => unknown)[] = [];

  afterEach(async () => {
    connections.dispose();
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(...args: string[]): Promise<{ server: RedisServer; redis: Redis; port: Connection }> {
    const server = await startRedis({ args });
    ends.push(() => server.stop());
    const redis = new Redis({ host: server.host, port: server.port });
    ends.push(() => redis.disconnect());
    return { server, redis, port: await connections.connect(server.port) };
  }

  /** A push is refused, and adds nothing. */
  async function pushRefused(port: Connection, redis: Redis): Promise<Failure> {
    const before = await redis.llen('orders');
    const failure = await failureOf(push(port, queue, [Buffer.from('refused')], 'tail'));
    assert.equal(await redis.llen('orders'), before);
    return failure;
  }

  /** A pop is refused, takes nothing and says so in the journal. */
  async function popRefused(port: Connection, redis: Redis): Promise<Failure> {
    const before = await redis.lrange('orders', 0, -1);
    const journal = new MemoryJournal();
    const failure = await failureOf(safePop(port, journal, 'local', queue, 'head'));
    assert.deepEqual(await redis.lrange('orders', 0, -1), before);
    assert.ok(journal.entries.every(({ outcome }) => outcome === 'untouched'));
    return failure;
  }

  async function peekGoesOn(port: Connection, ...messages: string[]): Promise<void> {
    const found = await peek(port, queue, 'head', { count: 10 });
    assert.deepEqual(found.messages.map(String), messages);
  }

  async function addRefused(port: Connection, redis: Redis): Promise<Failure> {
    const failure = await failureOf(port.send(['XADD', 'events', '*', 'field', 'value']));
    assert.equal(await redis.exists('events'), 0);
    return failure;
  }

  it('cannot save takes no writes, shows messages, and takes writes again once it can', async () => {
    const { server, redis, port } = await start('--save', '3600 1000');
    await redis.rpush('orders', 'a');
    const inTheWay = join(server.folder, 'dump.rdb');
    await mkdir(join(inTheWay, 'x'), { recursive: true });
    await redis.bgsave();
    await until(setUpLimitMs, 'The failing save', async () =>
      (await redis.info('persistence')).includes('rdb_last_bgsave_status:err') ? true : undefined,
    );
    for (const refused of [pushRefused, popRefused, addRefused]) {
      const failure = await refused(port, redis);
      assert.equal(failure.code, 'server');
      assert.match(failure.message, /^\w+ was refused: the server cannot save its data to disk/);
      assert.match(failure.hint, /"stop-writes-on-bgsave-error/);
    }
    await peekGoesOn(port, 'a');
    await rm(inTheWay, { recursive: true });
    await redis.bgsave();
    await until(setUpLimitMs, 'The save', async () =>
      (await redis.info('persistence')).includes('rdb_last_bgsave_status:ok') ? true : undefined,
    );
    assert.equal(await push(port, queue, [Buffer.from('b')], 'tail'), 2);
  });

  it('has no memory left takes no messages, but shows and hands them out, and publishes', async () => {
    const { redis, port } = await start('--maxmemory-policy', 'noeviction');
    await redis.rpush('orders', 'a', 'b');
    await redis.config('SET', 'maxmemory', '1mb');
    await redis.config('SET', 'maxmemory', '100kb');
    for (const refused of [pushRefused, addRefused]) {
      const failure = await refused(port, redis);
      assert.equal(failure.code, 'outOfMemory');
      assert.match(failure.message, /^(RPUSH|XADD) was refused: the server has reached its memory limit/);
      assert.match(failure.hint, /"maxmemory"/);
    }
    await peekGoesOn(port, 'a', 'b');
    const popped = await safePop(port, new MemoryJournal(), 'local', queue, 'head');
    assert.deepEqual([popped.messages.map(String), popped.outcome], [['a'], 'popped']);
    assert.deepEqual(await redis.lrange('orders', 0, -1), ['b']);
    assert.deepEqual(await publish(port, Buffer.from('news'), [Buffer.from('x')]), { receivers: 0 });
  });

  it('is a replica shows messages and refuses to change them', async () => {
    const primary = await start('--repl-diskless-sync-delay', '0');
    await primary.redis.rpush('orders', 'a');
    const { host, port: primaryPort } = primary.server;
    const { redis, port } = await start('--replicaof', host, String(primaryPort));
    await until(setUpLimitMs, 'The first copy', async () =>
      (await redis.llen('orders')) === 1 ? true : undefined,
    );
    for (const refused of [pushRefused, popRefused, addRefused]) {
      const failure = await refused(port, redis);
      assert.equal(failure.code, 'readOnly');
      assert.match(failure.message, /^\w+ was refused: this server is a read-only replica\.$/);
      assert.match(failure.hint, /primary; INFO replication names it/);
    }
    await peekGoesOn(port, 'a');
    assert.equal(await primary.redis.llen('orders'), 1);
  });

  it('is a replica without its primary says so where it shows nothing then', async () => {
    const { port } = await start('--replicaof', '127.0.0.1', '1', '--replica-serve-stale-data', 'no');
    const failure = await failureOf(peek(port, queue, 'head'));
    assert.equal(failure.code, 'server');
    assert.match(failure.message, /this replica has lost its primary/);
    assert.match(failure.hint, /"replica-serve-stale-data yes"/);
  });

  it('has too few replicas shows messages and refuses to change them', async () => {
    const { redis, port } = await start();
    await redis.rpush('orders', 'a');
    await redis.config('SET', 'min-replicas-to-write', '1');
    for (const refused of [pushRefused, popRefused, addRefused]) {
      const failure = await refused(port, redis);
      assert.equal(failure.code, 'server');
      assert.match(failure.message, /^\w+ was refused: too few replicas are connected\.$/);
      assert.match(failure.hint, /"min-replicas-to-write"/);
    }
    await peekGoesOn(port, 'a');
  });

  it('is busy with a script says so, and goes on when that has ended', async () => {
    const { redis, port } = await start('--busy-reply-threshold', '50');
    await redis.rpush('orders', 'a');
    const endless = redis.duplicate();
    ends.push(() => endless.disconnect());
    const killed = assert.rejects(endless.eval('while true do end', 0), /killed/);
    await until(setUpLimitMs, 'The server being busy', () =>
      redis.ping().then(
        () => undefined,
        () => true,
      ),
    );
    for (const sent of [push(port, queue, [Buffer.from('b')], 'tail'), peek(port, queue, 'head')]) {
      const failure = await failureOf(sent);
      assert.equal(failure.code, 'server');
      assert.match(failure.message, /busy with a script/);
      assert.match(failure.hint, /SCRIPT KILL/);
    }
    await redis.script('KILL');
    await killed;
    await peekGoesOn(port, 'a');
  });
});
