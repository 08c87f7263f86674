import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/core/connection';
import { peek, push } from '../../src/core/queue';
import { safePop } from '../../src/core/safePop';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections, failureOf } from '../redis/connections';
import { MemoryJournal } from '../redis/memoryJournal';
import { refusal } from './refusal';

/** CLUSTER KEYSLOT: `foo` is in slot 12182, `bar` in 5061, `hello` in 866. */
const [foo, bar, hello] = ['foo', 'bar', 'hello'].map((name) => Buffer.from(name)) as [
  Buffer,
  Buffer,
  Buffer,
];

describe('node of a cluster', () => {
  const connections = new Connections();
  const nodes: { server: RedisServer; redis: Redis }[] = [];
  let first: Redis;
  let second: Redis;
  let port: Connection;

  async function startNode(): Promise<Redis> {
    const bus = await freePort();
    const server = await startRedis({
      args: ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-require-full-coverage', 'no'],
    });
    const redis = new Redis({ host: server.host, port: server.port });
    nodes.push({ server, redis });
    const peer = nodes[0];
    if (peer !== undefined && nodes.length > 1) {
      await peer.redis.call('CLUSTER', 'MEET', server.host, server.port, bus);
    }
    return redis;
  }

  /** The first node serves the slots up to 5460, the second those from 10923 on, and nobody those between. */
  before(async () => {
    first = await startNode();
    second = await startNode();
    await first.call('CLUSTER', 'ADDSLOTSRANGE', 0, 5_460);
    await second.call('CLUSTER', 'ADDSLOTSRANGE', 10_923, 16_383);
    await until(30_000, 'The nodes agreeing', async () => {
      const views = await Promise.all([first, second].map((node) => node.call('CLUSTER', 'INFO')));
      return views.every(
        (view) => /cluster_state:ok/.test(String(view)) && /slots_ok:10922/.test(String(view)),
      )
        ? true
        : undefined;
    });
    port = await connections.connect(nodes[0]?.server.port ?? 0);
  });
  after(async () => {
    connections.dispose();
    for (const { server, redis } of nodes) {
      redis.disconnect();
      await server.stop();
    }
  });

  it('works for the slots that it serves', async () => {
    assert.equal(await push(port, bar, [Buffer.from('x')], 'tail'), 1);
    const popped = await safePop(port, new MemoryJournal(), 'local', bar, 'head');
    assert.deepEqual([popped.messages.map(String), popped.outcome], [['x'], 'popped']);
  });

  it('names the slot and the node that serves it', async () => {
    const moved = new RegExp(`serves slot 12182.*127\\.0\\.0\\.1:${nodes[1]?.server.port}`);
    for (const sent of [
      push(port, foo, [Buffer.from('x')], 'tail'),
      peek(port, foo, 'head'),
      safePop(port, new MemoryJournal(), 'local', foo, 'head'),
    ]) {
      const failure = await failureOf(sent);
      assert.equal(failure.code, 'server');
      assert.match(failure.message, /was refused: another node of the Redis Cluster serves slot 12182/);
      assert.match(`${failure.message} ${failure.hint}`, moved);
    }
    assert.equal(await second.exists('foo'), 0);
  });

  it('names keys in different slots as what they are', async () => {
    const failure = await failureOf(port.send(['DEL', bar, hello]));
    assert.match(
      failure.message,
      /^DEL was refused: its keys are in different slots of the Redis Cluster\.$/,
    );
    assert.match(failure.hint, /\{/);
  });

  it('says that nobody serves a slot', async () => {
    const nowhere = Buffer.from('b');
    assert.equal(await first.call('CLUSTER', 'KEYSLOT', nowhere), 3_300);
    await first.call('CLUSTER', 'DELSLOTS', 3_300);
    const failure = await failureOf(push(port, nowhere, [Buffer.from('x')], 'tail'));
    assert.equal(failure.code, 'server');
    assert.match(
      failure.message,
      /^RPUSH was refused: no node of the Redis Cluster serves the slot of the key\.$/,
    );
    assert.match(failure.hint, /CLUSTER INFO/);
  });

  it('says that the cluster is down', async () => {
    await first.config('SET', 'cluster-require-full-coverage', 'yes');
    // A change of slots, so that it looks at its state anew.
    await first.call('CLUSTER', 'DELSLOTS', 0);
    await until(30_000, 'The cluster being down', async () =>
      /cluster_state:fail/.test(String(await first.call('CLUSTER', 'INFO'))) ? true : undefined,
    );
    const failure = await failureOf(push(port, bar, [Buffer.from('x')], 'tail'));
    assert.equal(failure.code, 'server');
    assert.match(failure.message, /^RPUSH was refused: the Redis Cluster is down\.$/);
    assert.match(failure.hint, /CLUSTER INFO/);
  });

  it('has database 0 only, and says so', async () => {
    const failure = await refusal(connections, nodes[0]?.server.port ?? 0, { db: 1, password: '' });
    assert.equal(failure.code, 'argument');
    assert.match(failure.message, /A Redis Cluster has database 0 only/);
  });
});
