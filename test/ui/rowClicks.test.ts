import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Connection } from '../../src/core/connection';
import { openConnection } from '../../src/redis/openConnection';
import { FaultProxy } from '../faults/faultProxy';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

/**
 * Between the extension host's new row and the window's. Rows change at least twice a second, so that the window lies
 * behind for most of the time.
 */
const lagMs = 400;
const clicks = 12;
const changeMs = 200;

/** Counts how often a terminal gets the focus. Runs in the window. */
const countFocus = `globalThis.timesFocused = 0;
  document.addEventListener('focusin', ({ target }) => {
    if (target.closest('.terminal-wrapper') !== null) globalThis.timesFocused += 1;
  });`;

describe('A click on a row that is drawn anew all the time', () => {
  const teardown = new Teardown();
  let network: FaultProxy;
  let redis: RedisServer;
  let port: Connection;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    teardown.add('the test’s connection', () => port.dispose());
    await port.connect();
    await port.send(['RPUSH', 'orders', ...Array.from({ length: 5 }, (_, index) => `order ${index}`)]);
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'clicks'),
    settings: { 'redisMessaging.explorer.refreshSeconds': 1 },
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
      'redisMessaging.workers': { ticks: { template: 'channelPublisher', channel: 'ticks', count: 2 } },
    },
    gate: async (port) => {
      network = await FaultProxy.start(port);
      teardown.add('the network to the window', () => network.stop());
      return network.port;
    },
  }));

  function worker(number: number): Locator {
    return window().treeItem(new RegExp(`channel publisher on ticks #${number}`));
  }

  /** The worker whose terminal is the active one. */
  async function terminalShown(): Promise<number> {
    const title = await window().page.locator('.single-terminal-tab').innerText();
    return Number(/channel publisher #(\d)/.exec(title)?.[1]);
  }

  async function waitForTerminal(number: number, act: string): Promise<void> {
    await until(stepLimitMs, `The terminal of #${number} after ${act}`, async () =>
      (await terminalShown()) === number ? true : undefined,
    );
  }

  it('shows the terminal of a worker, each time', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.worker.runSaved'));
    await window().pick('ticks');
    await window()
      .treeItem(/channel publisher on ticks, 2 running/)
      .waitFor();
    await until(stepLimitMs, 'Two terminals', async () =>
      (await window().terminalTexts()).length === 2 ? true : undefined,
    );
    network.delay(lagMs);
    for (let click = 0; click < clicks; click++) {
      const number = 2 - (click % 2);
      await worker(number).click();
      await waitForTerminal(number, `click ${click}`);
    }
  });

  it('shows it again when the row is selected already', async () => {
    for (let click = 0; click < clicks; click++) {
      await until(stepLimitMs, 'The other terminal', async () => {
        // Again where the focus still comes to the first.
        await window().page.locator('.terminal-wrapper.active').nth(1).click();
        return (await terminalShown()) === 2 ? true : undefined;
      });
      await worker(1).click();
      await waitForTerminal(1, `click ${click}`);
    }
  });

  it('shows it by the keyboard, too', async () => {
    await window().page.evaluate(countFocus);
    const timesFocused = () => window().page.evaluate<number>('timesFocused');
    for (let press = 0; press < clicks; press++) {
      const number = 2 - (press % 2);
      await window()
        .treeItem(/^ticks/)
        .click();
      await window().page.keyboard.press('Home');
      for (let row = 0; row < number; row++) await window().page.keyboard.press('ArrowDown');
      const before = await timesFocused();
      await window().page.keyboard.press('Enter');
      await waitForTerminal(number, `Enter ${press}`);
      // What is typed before that would go to the terminal. VS Code may give the focus back to a view just drawn anew.
      await until(stepLimitMs, `The focus coming to the terminal after Enter ${press}`, async () =>
        (await timesFocused()) > before ? true : undefined,
      );
    }
  });

  it('opens a message of a queue, each time', async () => {
    let count = 5;
    let failure: unknown;
    let turning: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      turning = Promise.all([
        port.send(['LPUSH', 'orders', `order ${count++}`]),
        port.send(['RPOP', 'orders']),
      ]);
      turning.catch((error: unknown) => {
        failure = error;
      });
    }, changeMs);
    try {
      const explorer = new ExplorerPage(window());
      await explorer.expand('orders');
      const second = window().treeItem(/^order \d+.* place 2 from the/);
      await second.waitFor();
      let last = '';
      for (let click = 0; click < clicks; click++) {
        // A window that lies behind may still show the message that is open: a click there would open the same one.
        await until(stepLimitMs, `Another message in the row after click ${click - 1}`, async () =>
          (await second.locator('.label-name').innerText()) === last ? undefined : true,
        );
        await second.click();
        last = await until(stepLimitMs, `Another message after click ${click}`, async () => {
          const text = await explorer.editorText();
          return /^order \d+$/.test(text) && text !== last ? text : undefined;
        });
      }
    } finally {
      clearInterval(timer);
      await turning.catch(() => undefined);
    }
    assert.equal(failure, undefined);
  });
});
