import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Redis from 'ioredis';
import { commandTitle } from '../launch/commandTitle';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

/** A window that is reloaded has to be up again within it, on a busy machine, too. */
const leaseSeconds = 20;
const start = commandTitle('redisMessaging.server.start');
const stop = commandTitle('redisMessaging.server.stop');

describe('a local Redis in a window', () => {
  const teardown = new Teardown();
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'local'),
    settings: { 'redisMessaging.worker.leaseSeconds': leaseSeconds },
  }));

  const explorer = () => new ExplorerPage(window());

  /** The port of the only connection in the sidebar. */
  async function portShown(): Promise<number> {
    const line = await explorer().waitForLine(/^local {2}127\.0\.0\.1:\d+/);
    return Number(/:(\d+)/.exec(line)?.[1]);
  }

  async function ask<Result>(question: (client: Redis) => Promise<Result>): Promise<Result> {
    const client = new Redis(await portShown(), '127.0.0.1');
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  const pid = () => ask(async (client) => Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]));

  it('is started from the welcome view, and is there with its queues', async () => {
    await window().openSidebar();
    const welcome = window().page.getByRole('button', { name: 'Start Local Redis' });
    await welcome.waitFor();
    await window().screenshot('local-redis-welcome');
    await welcome.click();
    await explorer().waitForLine('No queues or streams yet');
    await ask((client) => client.rpush('orders', 'one', 'two'));
    await explorer().waitForLine(/^orders {2}2/);
    await window().notified(
      /A local Redis runs at redis:\/\/127\.0\.0\.1:\d+\/0 \(redis-server\)\. It ends with this window/,
    );
    await window().screenshot('local-redis');
    await window().clearNotifications();
  });

  it('is the same one after a reload, for longer than its lease', async () => {
    const before = await pid();
    const port = await portShown();
    const reloadedAt = Date.now();
    await window().reload();
    await explorer().waitForLine(/^orders {2}2/);
    const deadline = reloadedAt + leaseSeconds * 1_200;
    await until(leaseSeconds * 2_000, 'Outliving the lease', async () => {
      assert.ok(await isAlive(before));
      return Date.now() > deadline ? true : undefined;
    });
    // It is known again: a second start gives this one.
    await window().runCommand(start);
    await window().notified(new RegExp(`A local Redis runs already at redis://127\\.0\\.0\\.1:${port}/0`));
    await window().screenshot('local-redis-after-reload');
    await window().clearNotifications();
    assert.equal(await pid(), before);
    assert.equal(await portShown(), port);
  });

  it('asks before it is stopped with what it holds', async () => {
    const running = await pid();
    await window().runCommand(stop);
    const dialog = window().page.locator('.monaco-dialog-box', { hasText: '1 key is lost with it.' });
    await dialog.waitFor();
    await window().screenshot('local-redis-stop');
    await window().pressDialogButton('Cancel');
    assert.ok(await isAlive(running));
    await window().runCommand(stop);
    await window().pressDialogButton('Stop');
    await until(stepLimitMs, 'Ending', async () => ((await isAlive(running)) ? undefined : true));
    // Its connection stays, and does not fail.
    await explorer().waitForLine('Not connected. Click to connect.');
    await window().screenshot('local-redis-stopped');
  });

  it('ends when the browser was closed, although the extension host lives on', async () => {
    await window().runCommand(start);
    // A queue that was seen stays until it is dismissed.
    await explorer().waitForLine('orders  0 · drained');
    const running = await pid();
    // Without a word to the server, as when a laptop is shut.
    await window().page.context().setOffline(true);
    await until(leaseSeconds * 3_000, 'Ending', async () => ((await isAlive(running)) ? undefined : true));
  });
});

describe('a local Redis whose container takes long', () => {
  const teardown = new Teardown();
  let folder: string;

  before(async () => {
    folder = await tempFolder(teardown, 'docker');
    // Stands in for docker: fetches the image for ever.
    const lines = [
      '#!/bin/sh',
      `echo "$1 $2" >> '${join(folder, 'calls')}'`,
      'test "$1" = run || exit 0',
      `echo $$ > '${join(folder, 'pid')}'`,
      'echo "7-alpine: Pulling from library/redis"',
      'exec sleep 300',
    ];
    await writeFile(join(folder, 'docker'), lines.join('\n'), { mode: 0o755 });
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'ws'),
    machineSettings: { 'redisMessaging.server.path': join(folder, 'docker') },
  }));

  it('says what it waits for, and ends with a cancel', async () => {
    await window().openSidebar();
    await window().runCommand(start);
    const progress = await window().notified(/Starting a local Redis: 7-alpine: Pulling from library\/redis/);
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    assert.ok(await isAlive(pid));
    await window().screenshot('local-redis-pulling');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    await until(stepLimitMs, 'Ending', async () => ((await isAlive(pid)) ? undefined : true));
    const calls = await until(stepLimitMs, 'Removing the container', async () => {
      const text = await readFile(join(folder, 'calls'), 'utf8');
      return text.includes('rm --force') ? text : undefined;
    });
    assert.equal(calls, 'ps --quiet\nrun --rm\nrm --force\n');
    // Nothing was made of it.
    await window().page.getByRole('button', { name: 'Start Local Redis' }).waitFor();
  });
});

describe('a local Redis where one is missed', () => {
  const teardown = new Teardown();
  let port: number;
  before(async () => {
    port = await freePort();
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'missed'),
    settings: { 'redisMessaging.explorer.refreshSeconds': 1 },
  }));
  const explorer = () => new ExplorerPage(window());
  const closed = () => window().page.locator('.quick-input-widget').waitFor({ state: 'hidden' });

  it('is offered by the tutorial of someone who has no connection', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.tutorial.queueAgainstPubSub'));
    await explorer().asked('which Redis?');
    await explorer().offered('Add Connection…');
    await window().screenshot('local-redis-tutorial');
    await window().pick('Start a Local Redis');
    await closed();
    await window().treeItem('queue producer on queue1 #1 exited with 0').waitFor();
    // What is still on the queue would be asked about.
    await until(stepLimitMs, 'All orders being taken', async () => {
      const labels = await window()
        .treeItem(/queue worker on queue1 #\d running/)
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
      const done = labels.map((label) => Number(/(\d+) processed/.exec(label)?.[1] ?? 0));
      return done.reduce((sum, each) => sum + each, 0) === 20 ? true : undefined;
    });
    await window().runCommand(stop);
    await explorer().waitForLine('Not connected. Click to connect.');
  });

  it('is offered when a new connection is tested, and started where that leads', async () => {
    await window().runCommand(commandTitle('redisMessaging.connection.add'));
    await explorer().asked('Add Connection');
    await window().answer(`localhost:${port}`);
    await explorer().offered('Start a Local Redis There');
    await window().screenshot('local-redis-add');
    await window().pick('Start a Local Redis There');
    await closed();
    await explorer().waitForLine(`localhost:${port}`);
    await explorer().expand(`localhost:${port}`);
    await explorer().waitForLine('No queues or streams yet');
    await window().screenshot('local-redis-added');
  });

  it('is offered below a connection that is refused, and brings it back', async () => {
    const client = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
    client.on('error', () => undefined);
    await client.rpush('orders', 'one');
    await explorer().waitForLine(/^orders {2}1/);
    await client.shutdown('NOSAVE').catch(() => undefined);
    await explorer().waitForLine('Start local Redis');
    await window().screenshot('local-redis-missed');
    await explorer().row('Start local Redis').click();
    await explorer().waitForLine('orders  0 · drained');
    await window().screenshot('local-redis-back');
    await window().runCommand(stop);
    await explorer().waitForLine('Not connected. Click to connect.');
  });
});

describe('a local Redis in Restricted Mode', () => {
  const teardown = new Teardown();
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'restricted'),
    workspaceTrust: true,
  }));

  it('is not started, and the reason is said', async () => {
    await window().openSidebar();
    await window().runCommand(start);
    await window().notified('A local Redis is not started in Restricted Mode');
    const welcome = window().page.locator('.welcome-view-content', { hasText: 'no local Redis is started' });
    await welcome.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    assert.equal(await welcome.getByRole('button', { name: 'Start Local Redis' }).count(), 0);
    await window().screenshot('local-redis-restricted');
  });
});
