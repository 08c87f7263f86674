import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseConnectionUrl } from '../../src/core/connectionUrl';
import { ConnectionSecrets } from '../../src/host/connectionSecrets';
import { Connections } from '../../src/host/connections';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { RecordingLog } from './canaryWatch';
import { rejection, run, savedConnections, useSetting } from './product';

const password = 'one p@ssword: both servers';

describe('the password of a connection', () => {
  let first: RedisServer;
  let second: RedisServer;
  useSetting('connections', () => []);

  before('start two servers with the same password', async () => {
    first = await startRedis({ args: ['--requirepass', password] });
    second = await startRedis({ args: ['--requirepass', password] });
  });
  after('end them', async () => {
    await first?.stop();
    await second?.stop();
  });

  const locked = ({ port }: RedisServer): string =>
    `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}/0`;
  const plain = ({ port }: RedisServer, db = 0): string => `redis://127.0.0.1:${port}/${db}`;

  it('stays when only the database changes', async () => {
    const { id } = await run<{ id: string }>('connection.add', { url: locked(first), name: 'mover' });
    await run('connection.edit', { connection: id, url: plain(first, 3) });
    const { ok } = await run<{ ok: boolean }>('connection.test', { connection: id });
    assert.equal(ok, true);
  });

  it('does not go along to another server', async () => {
    await run('connection.edit', { connection: 'mover', url: plain(second) });
    // The second server would take it: that it asks for one proves that none was sent.
    assert.equal((await rejection('connection.test', { connection: 'mover' })).code, 'authentication');
  });

  it('is forgotten with the server that it was for', async () => {
    await run('connection.edit', { connection: 'mover', url: plain(first) });
    assert.equal((await rejection('connection.test', { connection: 'mover' })).code, 'authentication');
  });
});

describe('a password that somebody wrote into the settings', () => {
  let redis: RedisServer;
  const written = (): string => `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/0`;
  before('start a server with a password', async () => {
    redis = await startRedis({ args: ['--requirepass', password] });
  });
  after('end it', () => redis.stop());
  useSetting('connections', () => [
    { id: 'kept', name: 'kept', url: written() },
    { id: 'moved', name: 'moved', url: written() },
  ]);

  it('moves to the secret storage when the connection is edited', async () => {
    const { hint } = await rejection('connection.test', { connection: 'kept' });
    assert.match(hint, /Edit the connection and save it/);
    await run('connection.edit', { connection: 'kept', readOnly: true });
    assert.deepEqual(savedConnections()[0], {
      id: 'kept',
      name: 'kept',
      url: `redis://127.0.0.1:${redis.port}/0`,
      readOnly: true,
    });
    const { ok } = await run<{ ok: boolean }>('connection.test', { connection: 'kept' });
    assert.equal(ok, true);
  });

  it('does not go along to another server', async () => {
    await run('connection.edit', { connection: 'moved', url: 'redis://127.0.0.1:1/0' });
    await run('connection.edit', { connection: 'moved', url: `redis://127.0.0.1:${redis.port}/0` });
    assert.equal((await rejection('connection.test', { connection: 'moved' })).code, 'authentication');
  });
});

describe('saved connections', () => {
  useSetting('connections', () => [
    { id: 'a', name: 'a', url: 'redis://127.0.0.1:1/0' },
    { id: 'b', name: 'b', url: 'redis://127.0.0.1:2/0', note: 'of the user' },
    { id: 'a', name: 'twice', url: 'redis://127.0.0.1:3/0' },
  ]);

  it('keep their places, and fields of others, when one is edited', async () => {
    await run('connection.edit', { connection: 'b', url: 'redis://127.0.0.1:4/0' });
    assert.deepEqual(savedConnections(), [
      { id: 'a', name: 'a', url: 'redis://127.0.0.1:1/0' },
      { note: 'of the user', id: 'b', name: 'b', url: 'redis://127.0.0.1:4/0' },
      { id: 'a', name: 'twice', url: 'redis://127.0.0.1:3/0' },
    ]);
  });

  it('are all there when several are added at once', async () => {
    const urls = [11, 12, 13].map((port) => `redis://127.0.0.1:${port}/0`);
    await Promise.all(urls.map((url) => run('connection.add', { url })));
    const saved = savedConnections().map(({ url }) => url);
    for (const url of urls) assert.ok(saved.includes(url), `${url} among ${saved}`);
  });
});

describe('a setting of connections that is no list', () => {
  useSetting('connections', () => ({ a: 1 }));

  it('is not written over, and says what to do', async () => {
    const { code, hint } = await rejection('connection.add', { url: 'redis://127.0.0.1:1/0' });
    assert.equal(code, 'argument');
    assert.match(hint, /settings\.json/);
    assert.deepEqual(savedConnections(), { a: 1 });
  });

  it('leaves no password behind of a connection that could not be saved', async () => {
    const stored = new Map<string, string>();
    const storage = {
      get: async (key: string) => stored.get(key),
      store: async (key: string, value: string) => void stored.set(key, value),
      delete: async (key: string) => void stored.delete(key),
      onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
    };
    const connections = new Connections(
      () => assert.fail('nothing is opened'),
      new ConnectionSecrets(storage),
      new RecordingLog(),
    );
    try {
      const parsed = parseConnectionUrl('redis://:secret@127.0.0.1:1/0');
      await assert.rejects(connections.save({ parsed, name: 'unsaved' }), { code: 'argument' });
      assert.deepEqual([...stored.keys()], []);
    } finally {
      connections.dispose();
    }
  });
});
