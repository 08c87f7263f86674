import { join } from 'node:path';
import { demoNames, trafficVariables } from '../demo/names';
import { startProcess } from '../launch/childProcess';
import { until } from '../launch/limits';
import { compiledTests } from '../launch/paths';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { TrafficPage } from './trafficPage';
import { useWindow } from './useWindow';

/**
 * Takes the picture of the README: out/screenshots/readme.png. When the product looks different, copy it over
 * media/screenshot.png.
 */
describe('The picture in the README', () => {
  const teardown = new Teardown();
  const names = demoNames('');
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    const demo = await startProcess(process.execPath, [join(compiledTests, 'demo', 'traffic.js')], {
      env: { [trafficVariables.url]: redis.url, [trafficVariables.prefix]: '' },
    });
    teardown.add('the demo’s producers and publishers', () => demo.stop());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'readme'),
    settings: { 'workbench.colorTheme': 'Default Dark Modern' },
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
    },
    size: { width: 1280, height: 760 },
  }));

  it('shows queues with their messages, and live traffic with a message opened', async () => {
    await window().openSidebar();
    await window().treeItem(/app:/).waitFor();
    await window().expand(/app:/);
    await window().expand(/thumbnails/);
    await window()
      .treeItem(/img_\d+\.jpg/)
      .first()
      .waitFor();
    const panel = new TrafficPage(window());
    await panel.subscribe(`${names.orderEvents} ${names.newsPattern}`);
    const frame = await panel.frame();
    const tenth = frame.locator('.row.message', { hasText: 'order_id' }).nth(9);
    await tenth.waitFor();
    // Where many come, a row is gone before the mouse is there.
    await panel.click('.pause');
    await panel.waitForText('.pause', 'Resume');
    await tenth.click();
    await frame.locator('.detail', { hasText: 'order_id' }).first().waitFor();
    await panel.click('.pause');
    await panel.waitForText('.pause', 'Pause');
    await frame.getByRole('button', { name: 'Follow' }).click();
    await until(
      stepLimitMs,
      'Traffic for a while',
      async () => ((await panel.count('received')) ?? 0) > 350 || undefined,
    );
    await window().screenshot('readme');
  });
});
