import assert from 'node:assert/strict';
import { openConnection } from '../../src/redis/openConnection';
import { commandTitle } from '../launch/commandTitle';
import { startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { useWindow } from './useWindow';

describe('A worker whose terminal is held', () => {
  const teardown = new Teardown();
  const window = useWindow(async () => {
    const redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    const port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    await port.connect();
    await port.send(['LPUSH', 'q', ...Array.from({ length: 100_000 }, (_, n) => `message ${n}`)]);
    port.dispose();
    const worker = { template: 'queueWorker', queue: 'q', connection: 'local', options: { workMs: 0 } };
    return {
      folder: await tempFolder(teardown, 'held'),
      machineSettings: {
        'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
        'redisMessaging.workers': { worker },
      },
    };
  });
  after(() => teardown.finish());

  it('says so, and goes on by the button of its row', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.worker.runSaved'));
    await window().pick('worker');
    await window()
      .treeItem(/#1 running · \d{2,} processed/)
      .waitFor();
    const { page } = window();
    await page.locator('.terminal .xterm-screen').first().click();
    await page.keyboard.press('Control+s');
    const held = window().treeItem(/#1 running · \d+ processed · waits for its terminal/);
    await held.waitFor();
    await held.hover();
    await window().screenshot('worker-held');
    const resume = commandTitle('redisMessaging.worker.resumeOutput').replace(/^.*?: /, '');
    await held.getByRole('button', { name: resume }).click();
    await held.waitFor({ state: 'detached' });
    await window()
      .treeItem(/#1 running · \d+ processed · \d/)
      .waitFor();
    assert.equal(await window().page.locator('.notification-toast').count(), 0);
  });
});
