import { join } from 'node:path';
import { demoNames, trafficVariables } from '../demo/names';
import { startProcess } from '../launch/childProcess';
import { until } from '../launch/limits';
import { compiledTests } from '../launch/paths';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { TrafficPage } from './trafficPage';
import { useWindow } from './useWindow';

const showsMs = 30_000;

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

  it('shows queues with their messages, and live traffic with a message opened', async function () {
    this.timeout(120_000);
    await window().openSidebar();
    await window().treeItem(/app:/).waitFor({ timeout: showsMs });
    await window().expand(/app:/);
    await window().expand(/thumbnails/);
    await window()
      .treeItem(/img_\d+\.jpg/)
      .first()
      .waitFor({ timeout: showsMs });
    const panel = new TrafficPage(window());
    await panel.subscribe(`${names.orderEvents} ${names.newsPattern}`);
    const frame = await panel.frame();
    await frame.locator('.row.message', { hasText: 'order_id' }).nth(9).click({ timeout: showsMs });
    await frame.locator('.detail', { hasText: 'order_id' }).first().waitFor({ timeout: showsMs });
    await frame.getByRole('button', { name: 'Follow' }).click();
    await until(
      showsMs,
      'Traffic for a while',
      async () => ((await panel.count('received')) ?? 0) > 350 || undefined,
    );
    await window().screenshot('readme');
  });
});
