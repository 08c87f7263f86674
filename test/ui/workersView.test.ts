import assert from 'node:assert/strict';
import type { Connection } from '../../src/core/connection';
import { openConnection } from '../../src/redis/openConnection';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

/** The client of the sidebar's and of all that is done by commands. */
const ourClient = 'name=redis-messaging:commands';

describe('The Workers view', () => {
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

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'workers-view'),
    machineSettings: {
      'redisMessaging.connections': [
        { id: 'nowhere', name: 'nowhere', url: 'redis://127.0.0.1:1/0' },
        { id: 'closed', name: 'closed', url: `${redis.url}/0` },
      ],
      'redisMessaging.workers': {
        waiter: { template: 'queueWorker', queue: 'task_queue', connection: 'closed' },
        pair: { template: 'queueWorker', queue: 'last_queue', connection: 'closed', count: 2 },
        many: { template: 'queueWorker', queue: 'long_queue', connection: 'closed', count: 12 },
      },
    },
    size: { width: 1_440, height: 700 },
  }));

  async function runSaved(name: string): Promise<void> {
    await window().runCommand(commandTitle('redisMessaging.worker.runSaved'));
    await window().pick(name);
  }

  async function clients(): Promise<string> {
    return String(await port.send(['CLIENT', 'LIST']));
  }

  it('opens the connection of a running worker only while it is visible, and shows what the worker’s does', async () => {
    await window().openSidebar();
    await window().openSidebar('Explorer');
    await runSaved('waiter');
    await until(stepLimitMs, 'The worker waiting', async () =>
      /name=redis-messaging:queueWorker\S+ .*cmd=brpop/.test(await clients()) ? true : undefined,
    );
    assert.ok(!(await clients()).includes(ourClient), 'nobody has opened it yet');
    await window().openSidebar();
    await window()
      .treeItem(/#1 running · blocked in BRPOP \d+ s/)
      .waitFor();
    assert.ok((await clients()).includes(ourClient));
    assert.equal(
      await window()
        .treeItem(/^nowhere/)
        .getAttribute('aria-expanded'),
      'false',
    );
    await window().screenshot('workers-view-activity');
  });

  it('and the one above it offer all tutorials in their menus', async () => {
    for (const view of ['Explorer', 'Workers']) {
      const header = window().page.locator('.pane-header', { hasText: view });
      await header.hover();
      await header.getByRole('button', { name: /More Actions/ }).click();
      const submenu = window().page.getByRole('menuitem', { name: 'Tutorials' });
      await submenu.hover();
      await window().page.keyboard.press('ArrowRight');
      await window()
        .page.getByRole('menuitem', { name: /^Tutorial: E-mail Jobs/ })
        .waitFor();
      assert.equal(
        await window()
          .page.getByRole('menuitem', { name: /^Tutorial: / })
          .count(),
        4,
      );
      await window().screenshot(`workers-view-tutorials-${view}`);
      await window().page.keyboard.press('Escape');
      await window().page.keyboard.press('Escape');
      await submenu.waitFor({ state: 'detached' });
    }
  });

  it('scrolls to what was just started, and leaves the focus where it is', async () => {
    await runSaved('many');
    // It does not fit, so its beginning is what is seen.
    await window()
      .treeItem(/queue worker on long_queue, 12 running/)
      .waitFor();
    await window().runCommand('File: New Untitled Text File');
    const typingHere = window().page.locator('.editor-instance :focus');
    await typingHere.waitFor({ state: 'attached' });
    await runSaved('pair');
    await window()
      .treeItem(/last_queue #2 running/)
      .waitFor();
    await window()
      .treeItem(/queue worker on last_queue, 2 running/)
      .waitFor();
    await window().screenshot('workers-view-revealed');
    assert.equal(await typingHere.count(), 1);
  });

  it('leaves a connection closed that the user has disconnected', async () => {
    await new ExplorerPage(window()).chooseInMenu('closed', 'Disconnect');
    await until(stepLimitMs, 'Disconnecting', async () =>
      (await clients()).includes(ourClient) ? undefined : true,
    );
    // With the activity gone, at least one more look has been had.
    await window()
      .treeItem(/blocked in BRPOP/)
      .first()
      .waitFor({ state: 'detached' });
    assert.ok(!(await clients()).includes(ourClient));
  });
});
