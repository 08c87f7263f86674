import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { productApi, rejection, run, savedConnections, useSetting } from './product';

/** Must never be read anywhere but in the secret storage and on the way to Redis. */
const canary = 'canary@:/?#%41-xyzzy';

interface ServerInfo {
  readonly ok: boolean;
  readonly version: string;
  readonly mode: string;
  readonly role: string;
  readonly latencyMs: number;
}

describe('connection commands from code', () => {
  let redis: RedisServer;
  let observer: Redis;
  useSetting('connections', () => []);

  before('start Redis with a password', async () => {
    redis = await startRedis({ args: ['--requirepass', canary] });
    observer = new Redis({ host: redis.host, port: redis.port, password: canary });
  });
  after('end Redis', async () => {
    observer?.disconnect();
    await redis?.stop();
  });

  const address = (password: string) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/0`;

  async function add(name: string, url = address(canary)): Promise<string> {
    return (await run<{ id: string }>('connection.add', { url, name })).id;
  }

  async function ownClients(): Promise<number> {
    const list = String(await observer.client('LIST'));
    return list.match(/name=redis-messaging:commands/g)?.length ?? 0;
  }

  /** A closed socket is gone from the server's list a moment later. */
  async function waitForClients(count: number): Promise<void> {
    await until(60_000, `${count} clients of ours`, async () =>
      (await ownClients()) === count ? true : undefined,
    );
  }

  it('add a connection and keep its password out of the settings', async () => {
    const id = await add('vault');
    assert.deepEqual(savedConnections(), [{ id, name: 'vault', url: `redis://127.0.0.1:${redis.port}/0` }]);
    const everything = JSON.stringify(vscode.workspace.getConfiguration());
    assert.ok(!everything.includes('xyzzy'), 'the password is in a setting');
  });

  it('name a connection by its address when no name is given, and never two alike', async () => {
    const { id } = await run<{ id: string }>('connection.add', { url: address(canary) });
    const again = await run<{ id: string }>('connection.add', { url: address(canary) });
    const names = savedConnections().map(({ name }) => name);
    assert.deepEqual(names.slice(-2), [`127.0.0.1:${redis.port}`, `127.0.0.1:${redis.port} 2`]);
    for (const each of [id, again.id]) await run('connection.remove', { connection: each, confirmed: true });
  });

  it('test a connection on a socket of its own, which is closed again', async () => {
    const info = await run<ServerInfo>('connection.test', { connection: 'vault' });
    assert.equal(info.ok, true);
    assert.match(info.version, /^\d+\.\d+/);
    assert.equal(info.mode, 'standalone');
    assert.equal(info.role, 'master');
    assert.ok(info.latencyMs >= 0 && info.latencyMs < 10_000);
    await until(60_000, 'The socket being closed', async () =>
      String(await observer.client('LIST')).includes('redis-messaging:test') ? undefined : true,
    );
    assert.equal(await ownClients(), 0);
  });

  it('connect once, however often they are asked, and disconnect', async () => {
    const connect = () => run('connection.connect', { connection: 'vault' });
    assert.deepEqual(await Promise.all([connect(), connect(), connect()]), [{}, {}, {}]);
    assert.equal(await ownClients(), 1);
    assert.deepEqual(await run('connection.disconnect', { connection: 'vault' }), {});
    await waitForClients(0);
    assert.deepEqual(await run('connection.disconnect', { connection: 'vault' }), {});
  });

  it('point a connection to another database of its server, with the password kept', async () => {
    await run('connection.openDatabase', { connection: 'vault', db: 3 });
    assert.equal(savedConnections()[0]?.url, `redis://127.0.0.1:${redis.port}/3`);
    await run('queue.push', { connection: 'vault', queue: 'third', message: 'm' });
    await observer.select(3);
    assert.equal(await observer.llen('third'), 1);
    await observer.select(0);
    await run('connection.openDatabase', { connection: 'vault', db: 0 });
  });

  it('give no password to another server', async () => {
    const id = await add('moving');
    const other = await startRedis({ args: ['--requirepass', 'another'] });
    try {
      await run('connection.edit', { connection: id, url: `redis://127.0.0.1:${other.port}/0` });
      const { code, message, hint } = await rejection('connection.connect', { connection: id });
      assert.equal(code, 'authentication');
      assert.match(message, /^moving · Connect: The server asks for a password/);
      assert.match(hint, /Edit the connection/);
      await run('connection.edit', { connection: id, name: 'moved', url: address(canary) });
      assert.deepEqual(await run('connection.connect', { connection: 'moved' }), {});
    } finally {
      await run('connection.remove', { connection: id, confirmed: true });
      await other.stop();
    }
  });

  it('say that a password is wrong, without saying it', async () => {
    const id = await add('wrong', address(`${canary}!`));
    for (const command of ['connection.test', 'connection.connect', 'queue.peek', 'channel.publish']) {
      const failure = await rejection(command, { connection: id, queue: 'q', channel: 'c', message: 'm' });
      assert.equal(failure.code, 'authentication', command);
      assert.match(failure.message, /^wrong · .+: The server refused user name or password/);
      assert.match(failure.hint, /enter them again/);
      assert.ok(!JSON.stringify(failure).includes('xyzzy'), 'the password is in the failure');
    }
    await run('connection.remove', { connection: id, confirmed: true });
  });

  it('tell nothing secret through the API', async () => {
    await run('connection.connect', { connection: 'vault' });
    const api = await productApi();
    const told = JSON.stringify([api.catalog('vault'), api.workers(), api]);
    assert.ok(!told.includes('xyzzy') && !told.includes('redis://'));
  });

  it('choose the connection that is meant when none is named, without connecting it', async () => {
    const second = await add('second');
    await run('queue.push', { connection: 'vault', queue: 'chosen', messages: ['a', 'b'] });
    assert.deepEqual(await run('connection.choose', { connection: 'vault' }), {
      id: savedConnections()[0]?.id,
    });
    assert.equal((await run<{ length: number }>('queue.peek', { queue: 'chosen' })).length, 2);
    assert.deepEqual(await run('connection.choose', { connection: second }), { id: second });
    await run('connection.disconnect', { connection: 'vault' });
    await waitForClients(0);
    assert.equal((await run<{ length: number }>('queue.peek', { queue: 'chosen' })).length, 2);
    assert.equal((await rejection('connection.choose', { connection: 'nobody' })).code, 'noConnection');
    assert.equal((await rejection('connection.choose', {})).code, 'argument');
    await run('connection.remove', { connection: second, confirmed: true });
    await observer.del('chosen');
  });

  it('destroy on production only what is confirmed; messages need no more than elsewhere', async () => {
    const { id } = await run<{ id: string }>('connection.add', {
      url: address(canary),
      name: 'live shop',
      production: true,
    });
    await run('queue.push', { connection: id, queue: 'sales', messages: ['a', 'b'] });
    await run('channel.publish', { connection: id, channel: 'news', message: 'm' });
    const worker = { connection: id, template: 'queueWorker', target: 'sales' };
    for (const [command, args] of [
      ['queue.pop', { connection: id, queue: 'sales' }],
      ['worker.start', worker],
    ] as const) {
      const { code, message, hint } = await rejection(command, args);
      assert.equal(code, 'confirmation', message);
      assert.match(hint, /"confirmed": true/);
    }
    assert.equal(await observer.llen('sales'), 2);
    await run('queue.pop', { connection: id, queue: 'sales', confirmed: true });
    assert.equal(await observer.llen('sales'), 1);
    await run('connection.remove', { connection: id, confirmed: true });
    await observer.del('sales');
  });

  it('remove a connection only when that is confirmed', async () => {
    const { code, message, hint } = await rejection('connection.remove', { connection: 'vault' });
    assert.equal(code, 'confirmation');
    assert.match(message, /vault/);
    assert.match(hint, /"confirmed": true/);
    assert.equal(savedConnections().length, 1);
    await run('connection.remove', { connection: 'vault', confirmed: true });
    assert.deepEqual(savedConnections(), []);
    await waitForClients(0);
    assert.equal((await rejection('connection.connect', { connection: 'vault' })).code, 'noConnection');
  });

  it('refuse an address that is none, without repeating what may be a password in it', async () => {
    for (const url of [
      '',
      '  ',
      'http://host',
      'redis://:xyzzy@host:0',
      'redis://:xyzzy@host/x',
      'redis://:xyzzy@a b',
    ]) {
      const { code, message, hint } = await rejection('connection.add', { url, name: 'bad' });
      assert.equal(code, 'argument', url);
      assert.ok(hint !== '', message);
      assert.ok(!`${message}${hint}`.includes('xyzzy'), message);
    }
    assert.deepEqual(savedConnections(), []);
    assert.equal((await rejection('connection.add', {})).code, 'argument');
  });
});
