import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../src/core/connection';
import { openConnection } from '../../src/redis/openConnection';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { findPythonRedis } from '../launch/pythonRedis';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { useWindow } from './useWindow';

const consumer = `import os, redis
r = redis.Redis.from_url(os.environ["REDIS_URL"], client_name=os.environ["REDIS_CLIENT_NAME"])
print("waiting on", os.environ["REDIS_QUEUE"])
while True:
    _, message = r.brpop(os.environ["REDIS_QUEUE"])
    print("got", message)
    if message == b"poison":
        raise ValueError("cannot work on this message")
`;

describe('Script workers in a window', () => {
  const teardown = new Teardown();
  let redis: RedisServer;
  let port: Connection;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    await port.connect();
    teardown.add('the client', async () => port.dispose());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => {
    const folder = await tempFolder(teardown, 'scripts');
    await writeFile(join(folder, 'mail worker.py'), consumer);
    await writeFile(join(folder, 'notes.txt'), 'no script');
    await mkdir(join(folder, '.vscode'));
    const tasks = [{ label: 'everything', type: 'redisMessaging', worker: 'all' }];
    await writeFile(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
    return {
      folder,
      machineSettings: {
        'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
        'redisMessaging.interpreters': { '.py': [await findPythonRedis(), '-u'] },
        'redisMessaging.workers': {
          mailer: { script: 'mail worker.py', queue: 'email_queue', restartOnCrash: true },
          audit: { template: 'channelSubscriber', pattern: 'order_*' },
          all: ['mailer', 'audit'],
          typo: { script: 'mail worker.py', qeue: 'email_queue' },
        },
      },
    };
  });

  async function asked(title: string): Promise<void> {
    await window().page.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  it('run from a file of the Explorer on a queue, several at once', async () => {
    // The extension's menus are there when its tab is.
    await window().openSidebar();
    await window().openSidebar('Explorer');
    await window()
      .treeItem(/^mail worker\.py/)
      .click({ button: 'right' });
    const entry = window().page.getByRole('menuitem', { name: 'Run Script as Worker…' }).first();
    await entry.waitFor();
    await window().screenshot('worker-run-script-menu');
    await entry.click();
    await asked('Run mail worker.py on what?');
    await window().pick('Another queue…');
    await window().answer('email_queue');
    await asked('How many copies of mail worker.py?');
    await window().answer('2');
    await window().openSidebar();
    await window()
      .treeItem(/mail worker\.py on email_queue, 2 running/)
      .waitFor();
    await until(stepLimitMs, 'Their terminals', async () => {
      const texts = await window().terminalTexts();
      return texts.filter((text) => text.includes('waiting on email_queue')).length === 2 ? true : undefined;
    });
  });

  it('show what their connections do, and lie below the saved ones', async () => {
    await window()
      .treeItem(/#1 running · blocked in BRPOP \d+ s/)
      .waitFor();
    await window()
      .treeItem(/^typo, There is no field "qeue"/)
      .waitFor();
    await window().screenshot('worker-activities');
  });

  it('are one more by a click', async () => {
    const row = window()
      .treeItem(/mail worker\.py on email_queue/)
      .first();
    await row.hover();
    await row.getByRole('button', { name: 'Add a Copy' }).click();
    await window()
      .treeItem(/mail worker\.py on email_queue, 3 running/)
      .waitFor();
  });

  it('that crash show what they said last, and run again by a click', async () => {
    await port.send(['LPUSH', 'email_queue', 'poison']);
    await window()
      .treeItem(/^ValueError: cannot work on this message/)
      .waitFor();
    await window().screenshot('worker-crashed');
    const row = window()
      .treeItem(/exited with 1/)
      .first();
    await row.hover();
    await row.getByRole('button', { name: 'Restart Worker' }).click();
    await window()
      .treeItem(/mail worker\.py on email_queue, 3 running/)
      .waitFor();
  });

  it('that are saved start by one click, and count down to their restart', async () => {
    await window().runCommand(commandTitle('redisMessaging.worker.stopAll'));
    await window()
      .treeItem(/mail worker\.py on email_queue, 3 ended/)
      .waitFor();
    const row = window().treeItem(/^mailer, /);
    await row.hover();
    await row.getByRole('button', { name: 'Run Saved Worker' }).click();
    await window()
      .treeItem(/mail worker\.py on email_queue, 1 running/)
      .waitFor();
    await port.send(['LPUSH', 'email_queue', 'poison', 'poison', 'poison']);
    await window()
      .treeItem(/restarts in \d+ s \(\d of 5\) · exited with 1/)
      .first()
      .waitFor();
    await window().screenshot('worker-restarts');
    await window()
      .treeItem(/mail worker\.py on email_queue, 1 running/)
      .waitFor();
  });

  it('are a task, which asks nothing', async () => {
    await window().openSidebar();
    await window().runCommand('Tasks: Run Task');
    await window().page.locator('.quick-input-list .monaco-list-row', { hasText: 'everything' }).waitFor();
    await window().answer('everything');
    const running = window().treeItem(/channel subscriber on order_\*, 1 running/);
    await running.waitFor();
    await window().page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await window().screenshot('worker-task');
  });

  it('share the panel with redis-cli', async () => {
    await window().runCommand(commandTitle('redisMessaging.terminal.redisCli'));
    await until(stepLimitMs, 'redis-cli', async () => {
      const texts = await window().terminalTexts();
      return texts.some((text) => text.includes(`${redis.host}:${redis.port}>`)) ? true : undefined;
    });
    // The keyboard is in it at once; but it drops what is typed while it prepares its prompt.
    await until(stepLimitMs, 'PONG', async () => {
      await window().page.keyboard.type('PING\n');
      return (await window().terminalTexts()).some((text) => text.includes('PONG')) ? true : undefined;
    });
    await window().screenshot('redis-cli');
    assert.equal(
      await window()
        .treeItem(/redis-cli/)
        .count(),
      0,
    );
  });
});
