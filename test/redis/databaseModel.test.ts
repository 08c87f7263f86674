import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { CommandPort } from '../../src/core/commandPort';
import type { Connection } from '../../src/core/connection';
import { DatabaseModel } from '../../src/core/databaseModel';
import { Failure } from '../../src/core/failure';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Connections } from './connections';

const orders = Buffer.from('orders');
const limitMs = 30_000;

describe('what the explorer knows of a database', () => {
  const connections = new Connections();
  const ends: (() => unknown)[] = [];
  /** ms; tests move it on. */
  let clock = 0;

  beforeEach(() => {
    clock = 0;
  });
  afterEach(async () => {
    connections.dispose();
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(...args: string[]): Promise<{ server: RedisServer; redis: Redis }> {
    const server = await startRedis({ args });
    ends.push(() => server.stop());
    const redis = new Redis({ host: server.host, port: server.port });
    ends.push(() => redis.disconnect());
    return { server, redis };
  }

  function newModel(): DatabaseModel {
    return new DatabaseModel({
      now: () => clock,
      direction: () => ({ end: 'head', assumed: true }),
      onChange: () => undefined,
    });
  }

  /** One look, as the sidebar takes it. */
  async function look(model: DatabaseModel, port: CommandPort): Promise<void> {
    await model.discover(port, 1_000, undefined);
    const queues = model.catalog.entries('queue').map(({ name }) => name);
    await model.refresh(port, { queues, streams: [], previews: queues });
  }

  function names(model: DatabaseModel, kind: 'queue' | 'stream'): string[] {
    return model.catalog.entries(kind).map(({ name }) => String(name));
  }

  /** How often the server got a command, by INFO commandstats. */
  async function calls(redis: Redis, command: string): Promise<number> {
    const stats = await redis.info('commandstats');
    const found = new RegExp(`^cmdstat_${command}:calls=(\\d+).*?,rejected_calls=(\\d+)`, 'm').exec(stats);
    return Number(found?.[1] ?? 0) + Number(found?.[2] ?? 0);
  }

  describe('of a user who may not', () => {
    let server: RedisServer;
    let redis: Redis;

    beforeEach(async () => {
      ({ server, redis } = await start());
      await redis.rpush('orders', 'a', 'b');
      await redis.xadd('events', '*', 'f', 'v');
    });

    async function limited(...rules: string[]): Promise<Connection> {
      await redis.call('ACL', 'SETUSER', 'limited', 'on', '>pw', '~*', '&*', '+@all', ...rules);
      return connections.connect(server.port, { username: 'limited', password: 'pw' });
    }

    it('use SCAN: queues that are named are shown and counted, and the server is not asked in vain', async () => {
      const model = newModel();
      const port = await limited('-scan');
      model.catalog.expectQueue(orders, clock);
      await look(model, port);
      assert.deepEqual(port.denied, ['SCAN']);
      assert.equal(model.catalog.discovery.problem?.code, 'permission');
      assert.deepEqual([model.problem, model.catalog.entry('queue', orders)?.length], [undefined, 2]);
      assert.deepEqual(model.preview(orders)?.messages.map(String), ['a', 'b']);
      const asked = await calls(redis, 'scan');
      clock += 30_000;
      await look(model, port);
      assert.equal(await calls(redis, 'scan'), asked);
      await redis.call('ACL', 'SETUSER', 'limited', '+scan');
      clock += 31_000;
      await look(model, port);
      assert.deepEqual(names(model, 'stream'), ['events']);
      assert.equal(model.catalog.discovery.problem, undefined);
    });

    it('use PUBSUB: queues and streams are there, and it is not asked in vain', async () => {
      const model = newModel();
      const port = await limited('-pubsub');
      await look(model, port);
      assert.equal(model.catalog.channelProblem?.code, 'permission');
      assert.deepEqual([names(model, 'queue'), names(model, 'stream')], [['orders'], ['events']]);
      const asked = await calls(redis, 'pubsub\\|channels');
      assert.ok(asked > 0);
      await redis.rpush('orders', 'c');
      clock += 5_000;
      await look(model, port);
      assert.equal(await calls(redis, 'pubsub\\|channels'), asked);
      assert.equal(model.catalog.entry('queue', orders)?.length, 3);
      assert.equal(model.problem, undefined);
      await redis.call('ACL', 'SETUSER', 'limited', '+pubsub');
      model.connectionChanged();
      await look(model, port);
      assert.equal(model.catalog.channelProblem, undefined);
    });

    it('use INFO: there are no facts of the server, and nothing else is missing', async () => {
      const model = newModel();
      const port = await limited('-info');
      await look(model, port);
      await look(model, port);
      assert.deepEqual([model.facts, model.problem], [undefined, undefined]);
      assert.deepEqual([names(model, 'queue'), names(model, 'stream')], [['orders'], ['events']]);
      const asked = await calls(redis, 'info');
      clock += 31_000;
      await look(model, port);
      assert.equal(await calls(redis, 'info'), asked + 1, 'only this test asked meanwhile');
    });

    it('count: names and messages are there', async () => {
      const model = newModel();
      const port = await limited('-llen', '-xlen');
      await look(model, port);
      assert.deepEqual([names(model, 'queue'), names(model, 'stream')], [['orders'], ['events']]);
      const entry = model.catalog.entry('queue', orders);
      assert.deepEqual([entry?.problem?.code, entry?.drained], ['permission', false]);
      assert.equal(model.catalog.entry('stream', Buffer.from('events'))?.problem?.code, 'permission');
      assert.deepEqual(model.preview(orders)?.messages.map(String), ['a', 'b']);
      assert.deepEqual([...port.denied].sort(), ['LLEN', 'XLEN']);
    });
  });

  it('tells what a server is, and asks rarely', async () => {
    const { server, redis } = await start();
    const model = newModel();
    const waiting = new Redis({ host: server.host, port: server.port });
    ends.push(() => waiting.disconnect());
    waiting.blpop('nothing', 0).catch(() => undefined);
    await until(limitMs, 'A blocked client', async () =>
      /blocked_clients:1/.test(await redis.info('clients')) ? true : undefined,
    );
    const port = await connections.connect(server.port);
    await look(model, port);
    const { version, mode, role, blockedClients, primary } = model.facts ?? {};
    assert.match(version ?? '', /^\d+\.\d+/);
    assert.deepEqual([mode, role, blockedClients, primary], ['standalone', 'master', 1, '']);
    const asked = model.facts;
    clock += 29_000;
    await look(model, port);
    assert.equal(model.facts, asked);
    clock += 2_000;
    await look(model, port);
    assert.notEqual(model.facts, asked);
  });

  it('names the primary of a replica, and whether writes are refused', async () => {
    const primary = await start();
    const { server, redis } = await start('--replicaof', '127.0.0.1', String(primary.server.port));
    const model = newModel();
    const port = await connections.connect(server.port);
    await look(model, port);
    const { role, primary: from, writableReplica } = model.facts ?? {};
    assert.deepEqual([role, from, writableReplica], ['slave', `127.0.0.1:${primary.server.port}`, false]);
    await redis.config('SET', 'replica-read-only', 'no');
    clock += 31_000;
    await look(model, port);
    assert.equal(model.facts?.writableReplica, true);
  });

  it('knows a node of a cluster', async () => {
    const cluster = await start('--cluster-enabled', 'yes');
    const node = newModel();
    await look(node, await connections.connect(cluster.server.port));
    assert.deepEqual([node.facts?.mode, node.facts?.role], ['cluster', 'master']);
  });

  it('waits for a server that loads its data, and fills by itself', async () => {
    const { server: first, redis: writer } = await start('--rdbcompression', 'no');
    for (let at = 0; at < 60; at++) await writer.rpush(`q:${at}`, 'x'.repeat(5_000));
    await writer.save();
    const file = await readFile(join(first.folder, 'dump.rdb'));
    const server = await startRedis({
      args: ['--key-load-delay', '100000', '--loading-process-events-interval-bytes', '1024'],
      files: { 'dump.rdb': file },
    });
    ends.push(() => server.stop());
    const model = newModel();
    const port = await connections.connect(server.port);
    await look(model, port);
    assert.equal(model.catalog.discovery.problem?.code, 'loading');
    assert.deepEqual([names(model, 'queue'), model.catalog.channelProblem], [[], undefined]);
    await until(30_000, 'All queues being there', async () => {
      clock += 2_000;
      await look(model, port);
      return names(model, 'queue').length === 60 ? true : undefined;
    });
    assert.deepEqual([model.problem, model.catalog.discovery.problem], [undefined, undefined]);
  });

  it('keeps what it knows, as it was, while the server loads its data', async () => {
    const model = newModel();
    const { server } = await start();
    model.catalog.setLength('queue', orders, 3, 0);
    const port = await connections.connect(server.port);
    const loading = new Failure('loading', 'The server is still loading its data.');
    const busy: CommandPort = {
      send: () => Promise.reject(loading),
      sendAll: async (commands) => commands.map(() => loading),
    };
    await model.refresh(busy, { queues: [orders], streams: [], previews: [] });
    const entry = model.catalog.entry('queue', orders);
    assert.deepEqual([model.problem, entry?.length, entry?.problem], [loading, 3, undefined]);
    await model.refresh(port, { queues: [orders], streams: [], previews: [] });
    assert.equal(model.problem, undefined);
  });

  it('goes on to be read from a server that has no memory left', async () => {
    const { server, redis } = await start();
    await redis.rpush('orders', 'a');
    await redis.config('SET', 'maxmemory', '1');
    const port = await connections.connect(server.port);
    const model = newModel();
    await look(model, port);
    assert.deepEqual([model.problem, names(model, 'queue')], [undefined, ['orders']]);
    assert.deepEqual(model.preview(orders)?.messages.map(String), ['a']);
  });
});
