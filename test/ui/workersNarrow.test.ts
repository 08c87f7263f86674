import assert from 'node:assert/strict';
import type { Connection } from '../../src/core/connection';
import { openConnection } from '../../src/redis/openConnection';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { useWindow } from './useWindow';

const narrowPx = 190;
const themes = [
  ['Light High Contrast', 'hc-light'],
  ['Dark High Contrast', 'hc-black'],
] as const;

describe('Workers by keyboard alone, in a narrow sidebar', () => {
  const teardown = new Teardown();
  let redis: RedisServer;
  let port: Connection;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    port = openConnection({ host: redis.host, port: redis.port, db: 0 }, 'test');
    await port.connect();
    await port.send(['SET', 'text', 'no list']);
    teardown.add('the client', async () => port.dispose());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'narrow'),
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
    },
  }));

  const press = (key: string) => window().page.keyboard.press(key);
  const focusedChoice = (text: string) =>
    window().page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text });
  const focused = () => window().page.locator('.customview-tree .monaco-list-row.focused');

  /** Goes down in the focused view until this row has the focus. */
  async function goTo(row: RegExp): Promise<void> {
    let last = '';
    await press('Home');
    await until(stepLimitMs, `The row ${row}`, async () => {
      const label = (await focused().first().getAttribute('aria-label')) ?? '';
      if (row.test(label)) return true;
      // Rows move while it goes, so that it may have come past.
      await press(label === last ? 'Home' : 'ArrowDown');
      last = label;
      return undefined;
    });
  }

  /** Chooses from the menu of a row, as the context menu key opens it. */
  async function choose(row: RegExp, entry: string): Promise<void> {
    await window().runCommand('Redis Messaging: Focus on Workers View');
    await goTo(row);
    await press('Shift+F10');
    const item = window().page.getByRole('menuitem', { name: entry, exact: true });
    await item.waitFor();
    await until(stepLimitMs, `The entry ${entry}`, async () => {
      const menu = window().page.locator('.context-view .action-item.focused');
      if (
        (
          (await menu
            .first()
            .textContent({ timeout: 1_000 })
            .catch(() => '')) ?? ''
        ).trim() === entry
      )
        return true;
      await press('ArrowDown');
      return undefined;
    });
    await press('Enter');
    await item.waitFor({ state: 'detached' });
  }

  it('are welcomed with nothing cut off', async () => {
    await window().openSidebar();
    const { page } = window();
    const edge = await page.locator('.part.sidebar').boundingBox();
    assert.ok(edge);
    await page.mouse.move(edge.x + edge.width, edge.y + 300);
    await page.mouse.down();
    await page.mouse.move(edge.x + narrowPx, edge.y + 300, { steps: 5 });
    await page.mouse.up();
    for (const [theme, body] of themes) {
      await window().runCommand('Preferences: Color Theme');
      await window().answer(theme);
      await page.locator(`.monaco-workbench.${body}`).waitFor();
      await window().screenshot(`workers-narrow-welcome-${body}`);
      const welcome = page.locator('.welcome-view-content', { hasText: 'No workers yet' });
      const cut = await welcome
        .locator('a, p')
        .evaluateAll(
          (all) =>
            all.filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0).length,
        );
      assert.equal(cut, 0);
    }
  });

  it('are started, walked through, shown, stopped and restarted', async () => {
    await window().runCommand(commandTitle('redisMessaging.worker.start'));
    await window().page.locator('.quick-input-title', { hasText: 'Start which worker?' }).waitFor();
    await window().quickInput().fill('queue worker');
    await focusedChoice('queue worker').waitFor();
    await press('Enter');
    await window().page.locator('.quick-input-title', { hasText: 'On which queue?' }).waitFor();
    await window().answer('task_queue');
    await window().page.locator('.quick-input-title', { hasText: 'How many copies' }).waitFor();
    await window().answer('2');
    await window()
      .treeItem(/task_queue, 2 running/)
      .waitFor();
    await window().runCommand('Redis Messaging: Focus on Workers View');
    await goTo(/#2 running/);
    await window().screenshot('workers-narrow-walk');
    await press('Enter');
    await window().page.locator('.terminal-wrapper.active :focus').waitFor({ state: 'attached' });
    await choose(/#2 running/, 'Stop Worker');
    await window()
      .treeItem(/#2 exited with 0/)
      .waitFor();
    await choose(/#2 exited with 0/, 'Restart Worker');
    await window()
      .treeItem(/task_queue, 2 running/)
      .waitFor();
    await window().screenshot('workers-narrow-restarted');
  });

  it('have walkthrough pages whose tutorial is started by keyboard', async () => {
    await window().runCommand('Welcome: Open Walkthrough...');
    await window().choice('Redis: E-mail Jobs').waitFor();
    await window().quickInput().fill('Redis: E-mail Jobs');
    await focusedChoice('Redis: E-mail Jobs').waitFor();
    await press('Enter');
    const page = window().page.locator('.gettingStartedContainer');
    const start = page.locator('.getting-started-step.expanded .button-container', {
      hasText: 'Run the Tutorial',
    });
    await start.waitFor();
    await window().screenshot('workers-narrow-walkthrough');
    await until(stepLimitMs, 'The focus on its button', async () => {
      if ((await start.locator(':focus').count()) > 0) return true;
      await press('Tab');
      return undefined;
    });
    await window().screenshot('workers-narrow-walkthrough-focus');
    await press('Enter');
    await until(stepLimitMs, 'The tutorial', async () =>
      (await window().terminalTexts()).some((text) => text.includes('Tutorial: E-mail Jobs'))
        ? true
        : undefined,
    );
    await window().screenshot('workers-narrow-tutorial');
  });
});
