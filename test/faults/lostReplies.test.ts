import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { Catalog } from '../../src/core/catalog';
import { refreshCounts } from '../../src/core/catalogRefresh';
import { publish } from '../../src/core/channel';
import type { Connection } from '../../src/core/connection';
import { peek, push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf, stateOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';
import { FaultProxy } from './faultProxy';

const queue = Buffer.from('orders');
const message = Buffer.from('x');
const recoveryLimitMs = 30_000;

describe('reply that does not come as it was sent', () => {
  const connections = new Connections();
  let server: RedisServer;
  let redis: Redis;
  let proxy: FaultProxy;
  let port: Connection;

  before(async () => {
    server = await startRedis();
    redis = new Redis({ host: server.host, port: server.port });
  });
  beforeEach(async () => {
    await redis.flushall();
    await redis.config('RESETSTAT');
    proxy = await FaultProxy.start(server.port);
    port = await connections.connect(proxy.port);
    // So that nothing of the beginning is under way any more.
    await port.send(['PING']);
  });
  afterEach(async () => {
    connections.dispose();
    await proxy.stop();
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** How often the server carried a command out. */
  async function calls(command: string): Promise<number> {
    return Number(
      new RegExp(`cmdstat_${command}:calls=(\\d+),`).exec(await redis.info('commandstats'))?.[1] ?? 0,
    );
  }

  const writes: readonly (readonly [command: string, write: () => Promise<unknown>])[] = [
    ['RPUSH', () => push(port, queue, [message], 'tail')],
    ['LPUSH', () => push(port, queue, [message], 'head')],
    ['PUBLISH', () => publish(port, queue, [message])],
    ['SPUBLISH', () => publish(port, queue, [message], true)],
    ['XADD', () => port.send(['XADD', 'events', '*', 'field', 'value'])],
  ];
  for (const [command, write] of writes) {
    it(`${command}: may have been carried out, and was, once`, async () => {
      const dropped = proxy.dropReply(command);
      const failure = await failureOf(write());
      await dropped;
      assert.equal(failure.code, 'outcomeUnknown');
      assert.match(failure.message, new RegExp(command));
      assert.match(`${failure.message} ${failure.hint}`, /may or may not have/);
      assert.match(failure.hint, /nothing is resent|not sent again/);
      await stateOf(port, 'ready', recoveryLimitMs);
      assert.equal(String(await port.send(['PING'])), 'PONG');
      assert.equal(await calls(command.toLowerCase()), 1);
    });

    it(`${command}: garbage in its place leaves the outcome unknown, and never makes a result`, async () => {
      void proxy.rewriteReply(command, Buffer.from('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      const failure = await failureOf(write());
      assert.equal(failure.code, 'outcomeUnknown');
      await stateOf(port, 'reconnecting');
      await stateOf(port, 'ready', recoveryLimitMs);
      assert.equal(String(await port.send(['PING'])), 'PONG');
      assert.equal(await calls(command.toLowerCase()), 1);
    });
  }

  it('is of another type: what was done is in doubt, and is not done again', async () => {
    for (const [command, write] of writes.slice(0, 4)) {
      void proxy.rewriteReply(command, Buffer.from('+OK\r\n'));
      const failure = await failureOf(write());
      assert.equal(failure.code, 'outcomeUnknown');
      assert.match(
        failure.message,
        /may or may not have .*: The server answered string where Redis answers integer/,
      );
      assert.equal(await calls(command.toLowerCase()), 1);
    }
    await redis.del('orders');
    await redis.rpush('orders', 'a', 'b');
    const journal = new MemoryJournal();
    void proxy.rewriteReply('EVAL', Buffer.from('+OK\r\n'));
    assert.equal((await safePop(port, journal, 'local', queue, 'head')).outcome, 'unknown');
    assert.deepEqual(journal.lines, ['a: unknown']);
    assert.equal(await redis.llen('orders'), 1);
  });

  it('is an error in the place of a result: the sentence is that of the error', async () => {
    void proxy.rewriteReply('RPUSH', Buffer.from('-OOM command not allowed\r\n'));
    assert.equal((await failureOf(push(port, queue, [message], 'tail'))).code, 'outOfMemory');
  });

  it('breaks off in the middle: no part of it is taken for the whole', async () => {
    await redis.rpush('orders', Buffer.alloc(200_000, 'x'));
    void proxy.rewriteReply('LRANGE', (reply) => reply.subarray(0, 1_000)).then(() => proxy.cut());
    const failure = await failureOf(peek(port, queue, 'head'));
    assert.ok(['outcomeUnknown', 'unreachable'].includes(failure.code), failure.code);
    await stateOf(port, 'ready', recoveryLimitMs);
    assert.equal((await peek(port, queue, 'head')).messages[0]?.length, 200_000);
  });

  it('leaves no socket behind, however often the connection breaks', async () => {
    for (let round = 0; round < 4; round++) {
      proxy.cut();
      await stateOf(port, 'reconnecting');
      await stateOf(port, 'ready', recoveryLimitMs);
    }
    assert.equal(proxy.connections, 1);
    await until(30_000, 'One client of that name', async () =>
      String(await redis.call('CLIENT', 'LIST')).match(/ name=test /g)?.length === 1 ? true : undefined,
    );
  });

  for (const [what, away, back] of [
    ['nothing listens', () => proxy.closePort(), () => proxy.openPort()],
    [
      'connections are reset',
      () => {
        proxy.refuse();
        proxy.cut();
      },
      () => proxy.restore(),
    ],
  ] satisfies [string, () => unknown, () => unknown][]) {
    it(`nor can commands be sent while ${what}: each says so, and nothing is sent later`, async () => {
      await away();
      const lost = await stateOf(port, 'reconnecting');
      assert.ok(lost.kind === 'reconnecting');
      for (const [, write] of writes) {
        const failure = await failureOf(write());
        assert.equal(failure.code, 'unreachable');
        assert.notEqual(failure.hint, '');
      }
      await back();
      await stateOf(port, 'ready', recoveryLimitMs);
      assert.equal(await push(port, queue, [message], 'tail'), 1);
      assert.deepEqual([await calls('rpush'), await calls('publish'), await calls('xadd')], [1, 0, 0]);
    });
  }
});

describe('server that is killed and started again', () => {
  const connections = new Connections();
  afterEach(() => connections.dispose());

  it('is there again soon: views go on, drained queues stay, nothing is sent twice', async () => {
    const mortal = await startRedis();
    let next: RedisServer | undefined;
    try {
      const port = await connections.connect(mortal.port);
      const catalog = new Catalog();
      await push(port, queue, [message, message], 'tail');
      const refresh = (): Promise<void> =>
        refreshCounts(port, catalog, { queues: [queue], streams: [] }, Date.now);
      await refresh();
      assert.equal(catalog.entry('queue', queue)?.length, 2);
      process.kill(mortal.pid, 'SIGKILL');
      const failure = await failureOf(push(port, queue, [message], 'tail'));
      assert.ok(['outcomeUnknown', 'unreachable'].includes(failure.code), failure.code);
      const lost = await stateOf(port, 'reconnecting');
      assert.ok(lost.kind === 'reconnecting');
      assert.ok(lost.nextAttemptAt - Date.now() <= 5_000, 'it tries at least every 5 s');
      await failureOf(refresh());
      assert.equal(catalog.entry('queue', queue)?.length, 2);
      next = await startRedis({ port: mortal.port });
      await stateOf(port, 'ready', recoveryLimitMs);
      await refresh();
      assert.deepEqual(
        [catalog.entry('queue', queue)?.length, catalog.entry('queue', queue)?.problem],
        [0, undefined],
      );
      assert.equal(await push(port, queue, [message], 'tail'), 1);
    } finally {
      await mortal.stop();
      await next?.stop();
    }
  });
});
