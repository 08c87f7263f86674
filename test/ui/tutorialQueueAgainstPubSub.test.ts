import assert from 'node:assert/strict';
import { openConnection } from '../../src/redis/openConnection';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { TrafficPage } from './trafficPage';
import { untilTerminals } from './tutorialPage';
import { useWindow } from './useWindow';

const orders = 20;
const allOrders = Array.from({ length: orders }, (_, index) => index + 1);

/** The orders on a terminal's screen, by the mark before them. */
function ordersAfter(mark: string, text: string): number[] {
  const found = text.matchAll(new RegExp(`${mark} \\{"order":(\\d+)\\}`, 'g'));
  return [...found].map((match) => Number(match[1]));
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** A command as a button of a row shows it. */
function buttonTitle(id: string): string {
  return commandTitle(id).replace(/^.*?: /, '');
}

describe('Tutorial: Queue against pub/sub', () => {
  const teardown = new Teardown();
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'tutorial'),
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
    },
    // Three terminals side by side, with room for all twenty orders in each.
    size: { width: 1_800, height: 1_100 },
  }));

  it('gives each order to exactly one worker, and every order to both subscribers and the panel', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.tutorial.queueAgainstPubSub'));
    await window().treeItem(`queue producer on queue1 #1 exited with 0 · ${orders} pushed`).waitFor();
    await window().treeItem(`channel publisher on channel1 #1 exited with 0 · ${orders} published`).waitFor();
    const explorer = new ExplorerPage(window());
    await explorer.waitForLine('channel1  3 subscribers');
    await window().page.locator('.terminal-tabs-entry', { hasText: 'redis-cli' }).waitFor();
    await window().screenshot('tutorial-queue-against-pubsub');

    await window().runCommand('View: Toggle Maximized Panel');
    await window().treeItem('queue worker on queue1 #1').click();
    await untilTerminals(window(), (texts) => {
      assert.equal(texts.length, 3);
      const [first = '', second = '', producer = ''] = texts;
      const taken = [ordersAfter('✓', first), ordersAfter('✓', second)];
      assert.deepEqual(sorted(ordersAfter('→', producer)), allOrders);
      assert.deepEqual(sorted(taken.flat()), allOrders, 'each order once, at one of the two');
      for (const some of taken) assert.ok(some.length > 0, 'both workers had some');
    });
    await window().screenshot('tutorial-queue');

    await window().treeItem('channel subscriber on channel1 #1').click();
    await untilTerminals(window(), (texts) => {
      assert.equal(texts.length, 3);
      const [one = '', two = '', publisher = ''] = texts;
      assert.deepEqual(ordersAfter('←', one), allOrders);
      assert.deepEqual(ordersAfter('←', two), allOrders);
      const heard = publisher.match(/3 receivers/g)?.length;
      assert.equal(heard, orders, 'two subscribers and the panel, each time');
    });
    await window().screenshot('tutorial-channel');

    await window().runCommand('View: Toggle Maximized Panel');
    const panel = new TrafficPage(window());
    await panel.waitForCount('received', orders);
    // Rows that just came into sight have their text a moment later.
    const shown = await until(stepLimitMs, 'The text of every row', async () => {
      const numbers = (await panel.rows()).map(({ text }) => Number(/"order":(\d+)/.exec(text)?.[1]));
      return numbers.includes(Number.NaN) ? undefined : numbers;
    });
    assert.deepEqual(shown, allOrders);
    await window().screenshot('tutorial-panel');
  });

  it('asks before it mixes with what is on queue1 already', async () => {
    const port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    teardown.add('the test’s connection', () => port.dispose());
    await port.connect();
    await window()
      .treeItem(/queue worker on queue1, 2 running/)
      .hover();
    await window()
      .treeItem(/queue worker on queue1, 2 running/)
      .getByRole('button', { name: buttonTitle('redisMessaging.worker.stop') })
      .click();
    await window()
      .treeItem(/queue worker on queue1, 2 ended/)
      .waitFor();
    await port.send(['LPUSH', 'queue1', 'precious']);
    await window().runCommand(commandTitle('redisMessaging.tutorial.queueAgainstPubSub'));
    await window().page.locator('.monaco-dialog-box', { hasText: 'queue1 already holds 1' }).waitFor();
    await window().screenshot('tutorial-asks');
    await window().pressDialogButton('Cancel');
    assert.equal(Number(await port.send(['LLEN', 'queue1'])), 1);
  });
});
