import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { root } from '../launch/paths';
import { findPythonRedis } from '../launch/pythonRedis';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

describe('New Worker Script', () => {
  const teardown = new Teardown();
  let redis: RedisServer;
  let folder: string;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    folder = await tempFolder(teardown, 'newscript');
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder,
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
      'redisMessaging.interpreters': { '.py': [await findPythonRedis(), '-u'] },
    },
  }));

  async function write(pattern: string, name: string): Promise<void> {
    const explorer = new ExplorerPage(window());
    await window().runCommand(commandTitle('redisMessaging.worker.newScript'));
    await explorer.asked('Write which worker script?');
    await window().screenshot('new-script-patterns');
    await window().pick(pattern);
    await explorer.asked('Name of the script');
    await window().screenshot('new-script-name');
    await window().answer(name);
  }

  it('writes what was picked, opens it, and runs it on a queue', async () => {
    await window().openSidebar();
    await write('Queue worker, decorated function', 'my worker.py');
    await window().page.getByRole('tab', { name: 'my worker.py' }).waitFor();
    const template = await readFile(join(root, 'media', 'scripts', 'decorated_worker.py'), 'utf8');
    assert.equal(await readFile(join(folder, 'my worker.py'), 'utf8'), template);
    const offer = await window().notified('It runs with Python 3.8 or newer with redis-py.');
    await window().screenshot('new-script-written');
    await offer.getByRole('button', { name: 'Run…' }).click();
    const explorer = new ExplorerPage(window());
    await explorer.asked('Run my worker.py on what?');
    await window().pick('Another queue…');
    await window().answer('tasks');
    await explorer.asked('How many copies');
    await window().answer('1');
    await window()
      .treeItem(/my worker\.py on tasks, 1 running/)
      .waitFor();
  });

  it('offers the patterns in both languages, one after the other, below what they work on', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.worker.newScript'));
    const explorer = new ExplorerPage(window());
    await explorer.asked('Write which worker script?');
    const rows = window().page.locator('.quick-input-list .monaco-list-row');
    const texts = (): Promise<string[]> => rows.allTextContents();
    const [first = '', second = '', third = ''] = await until(stepLimitMs, 'The patterns', async () => {
      const shown = await texts();
      return shown.length > 2 ? shown : undefined;
    });
    assert.match(first, /Queue worker\s*Python.*Queues$/);
    assert.match(second, /Queue worker\s*JavaScript/);
    assert.match(third, /decorated function\s*Python/);
    await window().quickInput().fill('Stream consumer');
    await until(stepLimitMs, 'Filtering', async () => ((await texts()).length === 2 ? true : undefined));
    const [python = '', javascript = ''] = await texts();
    assert.match(python, /Stream consumer\s*Python/);
    assert.match(javascript, /Stream consumer\s*JavaScript/);
    await window().screenshot('new-script-streams');
    await window().page.keyboard.press('Escape');
  });

  it('offers to install what is missing, and runs nothing before that was confirmed', async () => {
    await window().clearNotifications();
    await window().runCommand(commandTitle('redisMessaging.worker.newScript'));
    const explorer = new ExplorerPage(window());
    await explorer.asked('Write which worker script?');
    await window().quickInput().fill('JavaScript');
    await window()
      .page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'JavaScript' })
      .waitFor();
    await window().page.keyboard.press('Enter');
    await explorer.asked('Name of the script');
    await window().answer('queueWorker.mjs');
    await window().page.getByRole('tab', { name: 'queueWorker.mjs' }).waitFor();
    const offer = await window().notified('ioredis is missing here: npm install ioredis');
    await offer.getByRole('button', { name: 'Install ioredis…' }).click();
    await window().page.locator('.monaco-dialog-box', { hasText: 'npm install ioredis' }).waitFor();
    await window().screenshot('new-script-install');
    await window().pressDialogButton('Cancel');
    await assert.rejects(readFile(join(folder, 'package.json')));
  });
});
