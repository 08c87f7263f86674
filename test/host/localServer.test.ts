import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { isAlive, processesWithArgument, signal } from '../launch/processTree';
import { ensureRedis, ping } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { rejection, run, savedConnections, useSetting } from './product';

interface Started {
  readonly connection: string;
  readonly url: string;
}

const section = () => vscode.workspace.getConfiguration('redisMessaging');

describe('local Redis', () => {
  const teardown = new Teardown();
  const path = process.env.PATH;
  let redis: string;
  useSetting('connections', () => []);

  before(async () => {
    redis = await ensureRedis();
  });
  afterEach('stop what runs', async () => {
    process.env.PATH = path;
    await section().update('server.path', undefined, vscode.ConfigurationTarget.Global);
    await section().update('server.persist', undefined, vscode.ConfigurationTarget.Global);
    await stop().catch((error: unknown) => assert.equal((error as { code?: string }).code, 'notFound'));
  });
  after(() => teardown.finish());

  const start = (args: object = {}) => run<Started>('server.start', args);
  const stop = () => run('server.stop', { confirmed: true });
  const portOf = ({ url }: Started) => Number(new URL(url).port);
  const configure = (key: string, value: unknown) =>
    section().update(`server.${key}`, value, vscode.ConfigurationTarget.Global);

  async function ask<Result>(url: string, question: (client: Redis) => Promise<Result>): Promise<Result> {
    const client = new Redis(url, { retryStrategy: () => null });
    // Said by the command that fails, too.
    client.on('error', () => undefined);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  function processAt(url: string): Promise<number> {
    return ask(url, async (client) => Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]));
  }

  /** A program on a PATH of its own; it is a shell script that stands in for the real one. */
  async function standIn(name: string, lines: readonly string[]): Promise<string> {
    const folder = await tempFolder(teardown, 'bin');
    const file = join(folder, name);
    await writeFile(file, ['#!/bin/sh', ...lines, ''].join('\n'));
    await chmod(file, 0o755);
    return folder;
  }

  it('starts, answers, is a connection, and keeps its data to itself and to memory', async () => {
    const started = await start();
    const port = portOf(started);
    assert.equal(started.url, `redis://127.0.0.1:${port}/0`);
    assert.deepEqual(savedConnections(), [{ id: started.connection, name: 'local', url: started.url }]);
    const folder = await ask(started.url, async (client) => {
      assert.equal(await client.ping(), 'PONG');
      assert.deepEqual(await client.config('GET', 'bind'), ['bind', '127.0.0.1']);
      assert.deepEqual(await client.config('GET', 'save'), ['save', '']);
      assert.deepEqual(await client.config('GET', 'appendonly'), ['appendonly', 'no']);
      return ((await client.config('GET', 'dir')) as [string, string])[1];
    });
    assert.match(folder, /local-redis[\\/]scratch-\d+$/);
    const pushed = await run('queue.push', { connection: started.connection, queue: 'q', message: 'm' });
    assert.deepEqual(pushed, { length: 1 });
    // The npm registry's VS Code keeps no contents of output channels; FileTail is tested on its own.
    const channels = (await vscode.commands.getCommands()).filter((id) =>
      /output\.show\..*Local Redis$/.test(id),
    );
    assert.equal(channels.length, 1);
    const log = await readFile(join(folder, '..', `server-${/\d+$/.exec(folder)}.log`), 'utf8');
    assert.match(log, /Ready to accept connections/);
  });

  it('is given again while it runs, and never doubled', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    assert.deepEqual(second, first);
    const pid = await processAt(first.url);
    assert.deepEqual(await start({ port: portOf(first) }), first);
    assert.equal(await processAt(first.url), pid);
    const other = await freePort();
    const { code, message, hint } = await rejection('server.start', { port: other });
    assert.equal(code, 'argument');
    assert.match(message, new RegExp(`runs already, on port ${portOf(first)}`));
    assert.match(hint, /Stop it first/);
    assert.equal(await ping('127.0.0.1', other), false);
  });

  it('asks before data is lost, and stops', async () => {
    const started = await start();
    const pid = await processAt(started.url);
    await ask(started.url, (client) => client.mset('a', '1', 'b', '2'));
    const { code, message } = await rejection('server.stop', {});
    assert.equal(code, 'confirmation');
    assert.match(message, /2 keys are lost/);
    assert.ok(await isAlive(pid));
    assert.deepEqual(await stop(), {});
    assert.equal(await isAlive(pid), false);
    assert.equal((await rejection('server.stop', { confirmed: true })).code, 'notFound');
  });

  it('is stopped once it runs when start and stop come at once, and has one connection', async () => {
    const [started] = await Promise.all([start(), stop()]);
    assert.equal(await ping('127.0.0.1', portOf(started)), false);
    assert.deepEqual(
      savedConnections().map(({ id }) => id),
      [started.connection],
    );
  });

  it('stops without a question while it is empty', async () => {
    await start();
    assert.deepEqual(await run('server.stop', {}), {});
  });

  it('begins empty, on the wanted port, and takes its connection along', async () => {
    const first = await start();
    await ask(first.url, async (client) => {
      await client.set('a', '1');
      await client.save();
    });
    await run('connection.edit', { connection: first.connection, name: 'mine' });
    await stop();
    const port = await freePort();
    const second = await start({ port });
    assert.equal(portOf(second), port);
    assert.equal(await ask(second.url, (client) => client.dbsize()), 0);
    assert.deepEqual(savedConnections(), [{ id: first.connection, name: 'mine', url: second.url }]);
    assert.equal(second.connection, first.connection);
  });

  it('uses the connection that leads there already, and leaves alone one that leads to something else', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}/0`;
    const { id } = await run<{ id: string }>('connection.add', { url, name: 'by hand' });
    const before = savedConnections();
    assert.equal((await start({ port })).connection, id);
    assert.deepEqual(savedConnections(), before);
    await stop();
    // What was made for a local server may be another's by now.
    const [made] = before;
    const listener = createServer((socket) => socket.destroy());
    listener.listen(Number(new URL(made?.url ?? '').port), '127.0.0.1');
    teardown.add('a listener', () => void listener.close());
    const next = await start({ port: await freePort() });
    assert.deepEqual(savedConnections(), [...before, { id: next.connection, name: 'local', url: next.url }]);
    listener.close();
    await run('connection.remove', { connection: id, confirmed: true });
  });

  it('is started where a connection misses it, and becomes what that connection leads to', async () => {
    const port = await freePort();
    const { id } = await run<{ id: string }>('connection.add', { url: `redis://localhost:${port}/2` });
    const other = await run<{ id: string }>('connection.add', { url: `redis://localhost:${port}/1` });
    assert.equal((await rejection('connection.connect', { connection: other.id })).code, 'unreachable');
    const before = savedConnections();
    // As a click on the notice below the connection does.
    const notice = { kind: 'notice', id: `${other.id}/startServer`, connection: other.id };
    const started = await run<Started>('server.start', notice);
    assert.deepEqual(started, { connection: other.id, url: `redis://127.0.0.1:${port}/0` });
    assert.deepEqual(savedConnections(), before);
    assert.deepEqual(await run('queue.push', { connection: other.id, queue: 'q', message: 'm' }), {
      length: 1,
    });
    await stop();
    await run('connection.remove', { connection: id, confirmed: true });
    await run('connection.remove', { connection: other.id, confirmed: true });
  });

  it('is none that a connection with a password, or to ::1, leads to', async () => {
    const port = await freePort();
    const urls = [`redis://:secret@127.0.0.1:${port}/0`, `redis://[::1]:${port}/0`];
    for (const url of urls) {
      const { id } = await run<{ id: string }>('connection.add', { url });
      const notice = { kind: 'notice', id: `${id}/startServer`, connection: id };
      const started = await run<Started>('server.start', notice);
      assert.notEqual(started.connection, id, url);
      assert.notEqual(portOf(started), port, url);
      await stop();
      const there = await run<Started>('server.start', { port });
      assert.notEqual(there.connection, id, url);
      await stop();
      await run('connection.remove', { connection: id, confirmed: true });
    }
  });

  it('keeps its data when that is set', async () => {
    await configure('persist', true);
    const first = await start();
    await ask(first.url, (client) => client.set('kept', 'yes'));
    // Nothing is lost, so nothing is asked.
    assert.deepEqual(await run('server.stop', {}), {});
    const second = await start();
    assert.equal(await ask(second.url, (client) => client.get('kept')), 'yes');
    await ask(second.url, (client) => client.flushall());
  });

  it('is noticed when it dies, and another one is started', async () => {
    const first = await start();
    signal(await processAt(first.url), 'SIGKILL');
    await until(60_000, 'Noticing', async () => {
      const { code } = await rejection('server.stop', {});
      return code === 'notFound' ? true : undefined;
    });
    const second = await start();
    assert.equal(await ask(second.url, (client) => client.ping()), 'PONG');
    assert.equal(second.connection, first.connection);
  });

  it('refuses a port that is taken', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    teardown.add('the listener', () => void listener.close());
    await until(60_000, 'Listening', () => (listener.listening ? true : undefined));
    const port = (listener.address() as { port: number }).port;
    const { code, message, hint } = await rejection('server.start', { port });
    assert.equal(code, 'argument');
    assert.match(message, new RegExp(`The port ${port} is taken on 127\\.0\\.0\\.1`));
    assert.match(hint, /add it with "Add Connection…"/);
    assert.equal((await rejection('server.start', { port: 70_000 })).code, 'argument');
  });

  it('says what was tried when nothing can run it', async () => {
    const { length } = savedConnections();
    process.env.PATH = '';
    const nothing = await rejection('server.start', {});
    assert.equal(nothing.code, 'notFound');
    assert.match(nothing.message, /Not on the PATH: redis-server, valkey-server, docker, podman\./);
    assert.match(nothing.hint, /Docker/);
    // A docker without its daemon is as good as none, and says why.
    process.env.PATH = await standIn('docker', ['echo "no daemon here" >&2', 'exit 1']);
    const dead = await rejection('server.start', {});
    assert.match(dead.message, /Not on the PATH: redis-server, valkey-server, podman\./);
    assert.match(dead.message, /docker is there but does not answer: no daemon here\./);
    await configure('path', '/no/such/redis-server');
    const wrong = await rejection('server.start', {});
    assert.equal(wrong.code, 'notFound');
    assert.match(wrong.message, /redisMessaging\.server\.path names \/no\/such\/redis-server/);
    assert.equal(savedConnections().length, length);
  });

  it('is not looked for in relative folders of the PATH', async () => {
    const folder = await standIn('redis-server', ['exit 1']);
    const cwd = process.cwd();
    const relative = join(...cwd.split('/').map(() => '..'), folder);
    process.env.PATH = `${relative}:.`;
    const { code, message } = await rejection('server.start', {});
    assert.equal(code, 'notFound', message);
  });

  it('runs the program of the setting, and gives its own reason when it ends', async () => {
    const folder = await standIn('my-redis', ['echo "no licence found" >&2', 'exit 3']);
    await configure('path', join(folder, 'my-redis'));
    const { code, message, hint } = await rejection('server.start', {});
    assert.equal(code, 'unreachable');
    assert.match(message, /my-redis ended before it answered: no licence found\./);
    assert.match(hint, /Redis Messaging: Local Redis/);
    // Nothing is left of it.
    await configure('path', redis);
    assert.equal(await ask((await start()).url, (client) => client.ping()), 'PONG');
  });

  it('runs in a container where there is only docker, and removes that', async () => {
    const port = await freePort();
    const data = await tempFolder(teardown, 'data');
    const calls = join(data, 'calls');
    await mkdir(join(data, 'db'));
    // Stands in for docker: notes its arguments, and runs the image's server on the published port.
    process.env.PATH = await standIn('docker', [
      `{ for argument in "$@"; do printf '%s\\n' "$argument"; done; echo ===; } >> '${calls}'`,
      'case "$1" in',
      `run) exec '${redis}' --bind 127.0.0.1 --port ${port} --dir '${join(data, 'db')}' --save '' ;;`,
      'esac',
    ]);
    const started = await start({ port });
    const pid = await processAt(started.url);
    await stop();
    assert.equal(await isAlive(pid), false);
    const [probe, command, cleanUp] = (await readFile(calls, 'utf8'))
      .split('===\n')
      .map((call) => call.split('\n'));
    assert.deepEqual(probe, ['ps', '--quiet', '']);
    const name = command?.[command.indexOf('--name') + 1] ?? '';
    assert.match(name, /^redis-messaging-[0-9a-f]{8}$/);
    assert.deepEqual(command, [
      ...['run', '--rm', '--publish', `127.0.0.1:${port}:6379`, '--name', name],
      ...['docker.io/library/redis:7-alpine', 'redis-server', '--save', '', '--appendonly', 'no', ''],
    ]);
    assert.deepEqual(cleanUp, ['rm', '--force', name, '']);
  });

  it('leaves no keeper behind', async () => {
    const { url } = await start();
    await stop();
    assert.equal(await ping('127.0.0.1', Number(new URL(url).port)), false);
    await until(60_000, 'Ending', async () => {
      const keepers = await processesWithArgument('dist/workers.js launch');
      const ours = await Promise.all(keepers.map(async (pid) => ((await isOurs(pid)) ? [pid] : [])));
      return ours.flat().length === 0 ? true : undefined;
    });
  });
});

/** Whether this extension host has started a process; others may run tests of their own at the same time. */
async function isOurs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(process.pid);
}
