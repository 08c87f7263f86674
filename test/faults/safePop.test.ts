import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/core/connection';
import { safePop } from '../../src/core/safePop';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf, stateOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';
import { FaultProxy } from './faultProxy';

const queue = Buffer.from('orders');

describe('pop, through a network with faults', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;
  let proxy: FaultProxy;
  let port: Connection;
  let journal: MemoryJournal;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
  });
  beforeEach(async () => {
    await redis.flushall();
    proxy = await FaultProxy.start(server.port);
    port = await connections.connect(proxy.port);
    journal = new MemoryJournal();
  });
  afterEach(async () => {
    connections.dispose();
    await proxy.stop();
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('says that the removal is unconfirmed when its reply is lost; the copy is kept, and taken at most once', async () => {
    await redis.rpush('orders', 'same', 'same', 'same');
    const dropped = proxy.dropReply('EVAL');
    const result = await safePop(port, journal, 'local', queue, 'head');
    assert.deepEqual(
      [result.messages, result.outcome, result.cause?.code],
      [[], 'unknown', 'outcomeUnknown'],
    );
    assert.deepEqual(journal.lines, ['same: unknown']);
    await dropped;
    await stateOf(port, 'ready');
    assert.equal(await redis.llen('orders'), 2);
  });

  it('hands out what it has taken before the reply was lost', async () => {
    await redis.rpush('orders', 'a', 'b', 'c');
    journal.whileAppending = async ({ message }) => {
      if (message.toString() === 'b') void proxy.dropReply('EVAL');
    };
    const result = await safePop(port, journal, 'local', queue, 'head', { count: 3 });
    assert.deepEqual([result.messages.map(String), result.outcome], [['a'], 'unknown']);
    assert.deepEqual(journal.lines, ['a: popped', 'b: unknown']);
    assert.deepEqual(await redis.lrange('orders', 0, -1), ['c']);
  });

  it('says so also for a user who may not run EVAL', async () => {
    await redis.call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '+@all', '-eval');
    const through = await connections.connect(proxy.port, { username: 'plain', password: 'pw' });
    await redis.rpush('orders', 'a', 'b');
    // The command itself: the script before it names LPOP, too.
    void proxy.dropReply('*2\r\n$4\r\nLPOP');
    const result = await safePop(through, journal, 'local', queue, 'head');
    assert.equal(result.outcome, 'unknown');
    assert.deepEqual(journal.lines, ['a: untouched', 'a: unknown']);
    assert.equal(await redis.llen('orders'), 1);
  });

  it('takes nothing when the connection is lost before', async () => {
    await redis.rpush('orders', 'a');
    journal.whileAppending = () => {
      proxy.cut();
      return stateOf(port, 'reconnecting');
    };
    const failure = await failureOf(safePop(port, journal, 'local', queue, 'head'));
    assert.equal(failure.code, 'unreachable');
    assert.deepEqual(journal.lines, ['a: untouched']);
    assert.equal(await redis.llen('orders'), 1);
  });

  it('copies nothing when the look at the message fails', async () => {
    await redis.rpush('orders', 'a');
    void proxy.dropReply('LINDEX');
    await failureOf(safePop(port, journal, 'local', queue, 'head'));
    assert.deepEqual(journal.lines, []);
    assert.equal(await redis.llen('orders'), 1);
  });
});
