import assert from 'node:assert/strict';
import { join } from 'node:path';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { ConnectionSecrets } from '../../src/host/connectionSecrets';
import { Connections } from '../../src/host/connections';
import { openConnection } from '../../src/redis/openConnection';
import { until } from '../launch/limits';
import { startTlsRedis, type TlsRedis } from '../redis/tlsRedis';
import {
  allOf,
  answerQuestions,
  dataFolder,
  filesWith,
  RecordingLog,
  startedWith,
  watchWebviews,
} from './canaryWatch';
import { productApi, run, savedConnections, useSetting } from './product';

/** The part that survives every way of writing the password down. */
const mark = 'c4n4ryXyzzy';
const canary = `${mark} p@ss/word?#:'100%`;
const variable = 'REDIS_MESSAGING_TEST_PASSWORD';

describe('a canary password', () => {
  let redis: TlsRedis;
  let admin: Redis;
  let log: RecordingLog;
  const webviews = watchWebviews();
  /** What was seen anywhere but where passwords may be. */
  const seen: string[] = [];
  const workerPids: number[] = [];
  useSetting('connections', () => []);

  before('start Redis with TLS, a socket, a password and a user', async () => {
    redis = await startTlsRedis({ certificate: 'good', args: ['--unixsocket', 'r.sock'] });
    admin = new Redis({ host: redis.host, port: redis.port });
    await admin.call('ACL', 'SETUSER', 'app', 'on', `>${canary}`, '~*', '&*', '+@all');
    for (const db of [1, 2, 3, 0]) {
      await admin.select(db);
      await admin.set('text', 'no queue');
    }
    // Not as an argument, where it would be found.
    await admin.config('SET', 'requirepass', canary);
    process.env[variable] = canary;
    // Not disposed: VS Code gives the product's own channel to whoever asks for its name.
    log = new RecordingLog();
  });
  after('end it', async () => {
    webviews.stop();
    delete process.env[variable];
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    admin?.disconnect();
    await redis?.stop();
  });

  const escaped = encodeURIComponent(canary);
  const quoted = `"${canary}"`;

  async function add(args: object): Promise<string> {
    return (await run<{ id: string }>('connection.add', args)).id;
  }

  /** A connection of each kind that there is, by the way that its password took. */
  const kinds: Readonly<Record<string, () => Promise<string>>> = {
    'a URL': () => add({ url: `redis://:${escaped}@127.0.0.1:${redis.port}/0` }),
    'a URL with the raw password': () => add({ url: `redis://:${canary}@127.0.0.1:${redis.port}/0` }),
    'a URL with user and password': () => add({ url: `redis://app:${escaped}@127.0.0.1:${redis.port}/0` }),
    'an encrypted URL': () =>
      add({
        url: `rediss://app:${escaped}@localhost:${redis.tlsPort}/0`,
        tls: { ca: join(redis.folder, 'ca.pem') },
      }),
    'a socket': () => add({ url: `unix://:${escaped}@${join(redis.folder, 'r.sock')}` }),
    'a line of redis-cli': () => add({ url: `redis-cli -h 127.0.0.1 -p ${redis.port} -a ${quoted} -n 1` }),
    'an environment variable': async () => {
      const entry = {
        id: 'env',
        name: 'env',
        url: `redis://127.0.0.1:${redis.port}/0`,
        passwordEnv: variable,
      };
      const settings = vscode.workspace.getConfiguration('redisMessaging');
      await settings.update('connections', [...savedConnections(), entry], vscode.ConfigurationTarget.Global);
      return 'env';
    },
    'an edited connection': async () => {
      const connection = await add({ url: `redis://127.0.0.1:${redis.port}/2` });
      await run('connection.edit', { connection, url: `redis://:${escaped}@127.0.0.1:${redis.port}/2` });
      return connection;
    },
    'a password that was asked for': async () => {
      const connection = await add({ url: `redis://127.0.0.1:${redis.port}/3` });
      const questions = answerQuestions(canary);
      try {
        const node = { kind: 'connection', id: connection, connection };
        await vscode.commands.executeCommand('redisMessaging.connection.connect', node);
      } finally {
        questions.stop();
      }
      return connection;
    },
  };

  /** Runs a command that must fail, and keeps all that its error tells. */
  async function failing(command: string, args: object): Promise<void> {
    const error: unknown = await run(command, args).then(
      () => assert.fail(`${command} did not fail`),
      (reason: unknown) => reason,
    );
    if (error instanceof assert.AssertionError) throw error;
    log.error(command, error);
    seen.push(allOf(error));
  }

  async function use(connection: string): Promise<void> {
    await run('connection.connect', { connection });
    assert.equal((await run<{ ok: boolean }>('connection.test', { connection })).ok, true);
    await run('channel.publish', { connection, channel: 'c', message: 'm' });
    await run('queue.push', { connection, queue: 'q', message: 'm' });
    await run('queue.pop', { connection, queue: 'q', end: 'head', confirmed: true });
    await run('queue.push', { connection, queue: 'other', message: 'm' });
    await failing('queue.push', { connection, queue: 'text', message: 'm' });
    await failing('queue.pop', { connection, queue: 'other', end: 'head' });
    await failing('connection.remove', { connection });
  }

  async function feed(connection: string): Promise<string> {
    const { panel } = await run<{ panel: string }>('channel.subscribe', { connection, channels: ['c'] });
    const api = await productApi();
    await until(60_000, 'the panel being live', async () =>
      (await api.traffic(panel)).state.kind === 'live' ? true : undefined,
    );
    const started = await run<{ group: string; workers: { pid: number }[] }>('worker.start', {
      connection,
      template: 'channelSubscriber',
      target: 'c',
    });
    workerPids.push(...started.workers.map(({ pid }) => pid));
    seen.push(
      JSON.stringify([started, api, api.workers(), api.catalog(connection), await api.traffic(panel)]),
    );
    return started.group;
  }

  for (const [kind, create] of Object.entries(kinds)) {
    it(`of ${kind} connects, and is nowhere else`, async () => {
      const connection = await create();
      await use(connection);
      const group = await feed(connection);
      const terminals = vscode.window.terminals.map(({ name, creationOptions }) => [name, creationOptions]);
      seen.push(JSON.stringify(terminals), JSON.stringify(vscode.workspace.getConfiguration()));
      const processes = process.platform === 'linux' ? await startedWith(workerPids) : [];
      await failing('connection.add', { url: `redis://:${escaped}@127.0.0.1:0` });
      await failing('connection.edit', { connection, url: `redis://:${escaped}@h ost` });
      await run('worker.stop', { group });
      await run('worker.dismiss', { group });
      assertUnseen([...seen, ...webviews.posted, ...processes, ...log.lines]);
      assert.ok(webviews.posted.length > 0, 'what the panel is told was watched');
      const files = await filesWith(await dataFolder(), mark);
      assert.deepEqual(files, []);
      await run('connection.remove', { connection, confirmed: true });
    });
  }

  it('is not told where it is refused', async () => {
    const wrong = encodeURIComponent(`${canary}!`);
    for (const url of [
      `redis://:${wrong}@127.0.0.1:${redis.port}/0`,
      `redis://app:${wrong}@127.0.0.1:${redis.port}/4`,
      `redis://:${escaped}@127.0.0.1:1/0`,
      `redis://:${escaped}@127.0.0.1:${redis.tlsPort}/0`,
      `rediss://:${escaped}@127.0.0.1:${redis.port}/0`,
    ]) {
      const connection = await add({ url });
      for (const command of ['connection.connect', 'channel.publish']) {
        await failing(command, { connection, channel: 'c', message: 'm' });
      }
      await run('connection.remove', { connection, confirmed: true });
    }
    assertUnseen([...seen, ...log.lines]);
  });

  it('is not logged by the connection that uses it', async () => {
    const stored = new Map<string, string>();
    const storage: vscode.SecretStorage = {
      get: async (key) => stored.get(key),
      store: async (key, value) => void stored.set(key, value),
      delete: async (key) => void stored.delete(key),
      onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
    };
    const connection = await add({ url: `redis://127.0.0.1:${redis.port}/0` });
    const connections = new Connections(async () => openConnection, new ConnectionSecrets(storage), log);
    try {
      await connections.setPassword(connection, `${canary}!`);
      await assert.rejects(connections.open(connection), { code: 'authentication' });
      await connections.setPassword(connection, canary);
      await connections.open(connection);
    } finally {
      connections.dispose();
    }
    assert.ok(
      log.lines.some((line) => line.includes('refused user name or password')),
      log.lines.join('\n'),
    );
    assert.ok([...stored.values()].includes(canary), 'the secret storage has it');
    assertUnseen(log.lines);
    await run('connection.remove', { connection, confirmed: true });
  });
});

function assertUnseen(texts: readonly string[]): void {
  for (const text of texts) {
    const at = text.indexOf(mark);
    assert.equal(at, -1, `The password is in: …${text.slice(Math.max(0, at - 200), at + 40)}…`);
  }
}
