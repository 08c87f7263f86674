import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/core/connection';
import type { Failure } from '../../src/core/failure';
import { push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf, stateOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';
import { FaultProxy } from './faultProxy';

const queue = Buffer.from('orders');
/** It is noticed within 15 s, as the test of the heartbeat shows; the rest is for a busy machine. */
const noticeLimitMs = 45_000;
/** Longer than it takes to notice it on a busy machine, where the heartbeat takes its time, too. */
const pauseMs = 25_000;

/** A server with a proxy before it, and a way to take its answers away. */
interface Patient {
  readonly server: RedisServer;
  readonly proxy: FaultProxy;
  readonly redis: Redis;
  readonly port: Connection;
}

const ailments: readonly (readonly [
  what: string,
  begin: (patient: Patient) => unknown,
  end: (patient: Patient) => unknown,
])[] = [
  [
    'stopped',
    ({ server }) => process.kill(server.pid, 'SIGSTOP'),
    ({ server }) => process.kill(server.pid, 'SIGCONT'),
  ],
  ['half-open', ({ proxy }) => proxy.blackhole(), ({ proxy }) => proxy.restore()],
  [
    'paused',
    // It ends by itself, since UNPAUSE would be paused, too.
    ({ redis }) => redis.client('PAUSE', pauseMs, 'ALL'),
    () => undefined,
  ],
  ['mute', ({ proxy }) => proxy.stall(), ({ proxy }) => proxy.restore()],
];

describe('server that stops answering', () => {
  const connections = new Connections();
  const ends: (() => unknown)[] = [];

  afterEach(async () => {
    connections.dispose();
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function patient(): Promise<Patient> {
    const server = await startRedis();
    ends.push(() => server.stop());
    const redis = new Redis({ host: server.host, port: server.port });
    ends.push(() => redis.disconnect());
    const proxy = await FaultProxy.start(server.port);
    ends.push(() => proxy.stop());
    return { server, redis, proxy, port: await connections.connect(proxy.port) };
  }

  it('is noticed in time; what was under way may have happened, once at most; then all goes on', async () => {
    // All at once, since each of them is mostly waiting.
    await Promise.all(
      ailments.map(async ([what, begin, end]) => {
        const one = await patient();
        const { redis, port } = one;
        await redis.rpush('jobs', 'same', 'same');
        const journal = new MemoryJournal();
        let since = Number.NaN;
        let pushed: Promise<Failure> | undefined;
        journal.whileAppending = async () => {
          await begin(one);
          since = Date.now();
          pushed = failureOf(push(port, queue, [Buffer.from('x')], 'tail'));
        };
        const popped = safePop(port, journal, 'local', Buffer.from('jobs'), 'head');
        const lost = await stateOf(port, 'reconnecting', noticeLimitMs);
        assert.ok(lost.kind === 'reconnecting');
        assert.match(lost.cause.message, /^127\.0\.0\.1:\d+\/0 stopped responding\.$/, what);
        assert.match(lost.cause.hint, /frozen, busy with a long script, or cut off/, what);
        const { messages: taken, outcome, inDoubt } = await popped;
        assert.deepEqual([taken, outcome, String(inDoubt)], [[], 'unknown', 'same'], what);
        assert.deepEqual(journal.lines, ['same: unknown'], what);
        const failure = await pushed;
        assert.ok(Date.now() - since < noticeLimitMs, what);
        assert.ok(failure?.code === 'outcomeUnknown', what);
        assert.match(failure.message, /^The push may or may not have happened: /, what);
        assert.match(failure.hint, /Look into the queue before you push again/, what);
        await end(one);
        await stateOf(port, 'ready', noticeLimitMs);
        await push(port, queue, [Buffer.from('y')], 'tail');
        const messages = await redis.lrange('orders', 0, -1);
        assert.ok(['y', 'x,y'].includes(messages.join()), `${what}: ${messages}`);
        assert.ok((await redis.llen('jobs')) >= 1, what);
      }),
    );
  });

  it('gives no late reply to another command', async () => {
    const { proxy, port, redis } = await patient();
    proxy.stall();
    const failure = await failureOf(push(port, queue, [Buffer.from('x')], 'tail', { timeoutMs: 200 }));
    assert.equal(failure.code, 'outcomeUnknown');
    const echo = port.send(['ECHO', 'mine']);
    proxy.restore();
    assert.equal(String(await echo), 'mine');
    assert.deepEqual(await redis.lrange('orders', 0, -1), ['x']);
  });

  it('lets go of a read that is cancelled', async () => {
    const { proxy, port } = await patient();
    proxy.stall();
    const abort = new AbortController();
    const read = failureOf(port.send(['LLEN', queue], { signal: abort.signal }));
    abort.abort();
    assert.equal((await read).code, 'cancelled');
    assert.equal((await failureOf(port.send(['LLEN', queue], { timeoutMs: 100 }))).code, 'timeout');
  });
});
