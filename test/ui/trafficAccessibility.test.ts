import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { until } from '../launch/limits';
import { root } from '../launch/paths';
import { stepLimitMs } from '../launch/window';
import { TrafficPage } from './trafficPage';
import { useTraffic } from './useTraffic';

const themes = ['Dark Modern', 'Light Modern', 'Dark High Contrast', 'Light High Contrast'];
const wide = { width: 1440, height: 900 };

describe('traffic panel for everybody', () => {
  let axe: string;
  const bed = useTraffic();
  const { window } = bed;
  before('read axe', async () => {
    axe = await readFile(createRequire(join(root, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
  });

  let page: TrafficPage;

  async function publish(channels: readonly string[], count: number): Promise<void> {
    const batch = bed.publisher.pipeline();
    for (let i = 0; i < count; i++)
      batch.publish(channels[i % channels.length] ?? '', `{"id":${i},"kind":"email"}`);
    await batch.exec();
  }

  /** Rules of axe that the panel breaks as it stands, each with the first element that breaks it. */
  async function violations(): Promise<readonly string[]> {
    const frame = await page.frame();
    if (!(await frame.evaluate<boolean>('"axe" in globalThis'))) await frame.evaluate(axe);
    return frame.evaluate<readonly string[]>(`axe.run(document, { iframes: false }).then(({ violations }) =>
      violations.map(({ id, nodes: [node] }) => id + ': ' + node.html + ' ' + node.failureSummary))`);
  }

  it('opens with messages of several channels', async () => {
    page = new TrafficPage(window());
    await page.subscribe('orders, news.*');
    assert.deepEqual(await violations(), []);
    await publish(['orders', 'news.east', 'news.west'], 90);
    await page.waitForCount('received', 90);
  });

  async function press(selector: string): Promise<void> {
    if ((await page.number(selector)) > 0) await page.press(selector, 'Enter');
  }

  for (const theme of themes) {
    it(`breaks no rule of axe in ${theme}`, async () => {
      await window().runCommand('Preferences: Color Theme');
      await window().answer(theme);
      const dark = theme.startsWith('Dark');
      const contrast = theme.endsWith('Contrast');
      await until(stepLimitMs, theme, async () => {
        const kind = `vscode-${contrast ? 'high-contrast' : dark ? 'dark' : 'light'}`;
        return (await page.number(`body.${kind}${contrast && !dark ? '-light' : ''}`)) === 1
          ? true
          : undefined;
      });
      await press('.chip[data-channel="news.east"][aria-pressed="true"]');
      await press('.mode[aria-pressed="true"]');
      await page.fill('.filter-text', '$.id > 80');
      await page.waitForText('.filter-count', /matches/);
      await page.press('.filter-text', 'Shift+Enter');
      await page.waitForText('.row.current', /"id":8\d/);
      await page.press('.grid', 'Enter');
      await page.waitForText('.facts', 'JSON');
      await window().screenshot(`panel-${theme}`);
      assert.deepEqual(await violations(), []);

      await page.press('.help-button', 'Enter');
      await page.waitForText('.filter-help', /regular expression/);
      await window().screenshot(`panel-help-${theme}`);
      assert.deepEqual(await violations(), []);
      await window().page.keyboard.press('Escape');

      await page.press('.time-button', 'Enter');
      await page.fill('.time-text', 'noon');
      await window().page.keyboard.press('Enter');
      await page.waitForText('.time-problem', /noon/);
      await window().screenshot(`panel-time-${theme}`);
      assert.deepEqual(await violations(), []);
      await window().page.keyboard.press('Escape');

      await page.fill('.filter-text', '$.id >');
      await page.waitForText('.filter-problem', /ends where/);
      await window().screenshot(`panel-problem-${theme}`);
      assert.deepEqual(await violations(), []);

      await page.fill('.filter-text', '');
      await page.waitForText('.filter-count', /^$/);
      await page.press('.grid', 'Escape', 'End');
    });
  }

  it('has all channels again', async () => {
    await page.click('.chip-all');
    await press('.mode[aria-pressed="false"]');
    await page.waitForCount('filtered', 0);
  });

  it('keeps many channels on one line, and shows them all when asked', async () => {
    await publish(
      Array.from({ length: 45 }, (_, i) => `news.of.place.${i}`),
      90,
    );
    await page.waitForText('.chip-more', /^\+\d\d more$/);
    const height = async () => (await (await page.frame()).locator('.chips').boundingBox())?.height ?? 0;
    const before = await height();
    await window().screenshot('panel-channels-line');
    await page.press('.chip-more', 'Enter');
    await until(stepLimitMs, 'More lines', async () => ((await height()) > 2 * before ? true : undefined));
    await window().screenshot('panel-channels-all');
    assert.deepEqual(await violations(), []);
    await page.press('.chip-more', 'Enter');
    await until(stepLimitMs, 'One line', async () => ((await height()) === before ? true : undefined));
    await page.press('.chip', 'End');
    await page.waitForNumber('.chip:last-child:focus', 1);
    await window().screenshot('panel-channels-end');
  });

  it('fits a narrow column', async () => {
    await window().runCommand('View: Toggle Primary Side Bar Visibility');
    await page.fill('.filter-text', 'email');
    await page.waitForText('.filter-count', /of/);
    await page.press('.grid', 'ArrowUp', 'Enter');
    await page.waitForText('.facts', 'JSON');
    const frame = await page.frame();
    for (const [name, width, innerWidth] of [
      ['panel-very-narrow', 230, 180],
      ['panel-narrow', 456, 410],
    ] as const) {
      await window().page.setViewportSize({ width, height: 900 });
      await until(stepLimitMs, 'A narrow panel', async () =>
        (await frame.evaluate<number>('innerWidth')) <= innerWidth ? true : undefined,
      );
      const beyond = await until(stepLimitMs, 'A drawing', () =>
        frame.evaluate<
          readonly string[]
        >(`new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(
          [...document.querySelectorAll('.panel *')]
            .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('.chip-line, .heard, .cell > *'))
            .map((it) => it.tagName + '.' + it.className)))))`),
      );
      await window().screenshot(name);
      assert.deepEqual(beyond, [], name);
    }
    await page.press('.grid', 'Escape');
    await page.press('.help-button', 'Enter');
    await window().screenshot('panel-narrow-help');
    assert.deepEqual(await violations(), []);
    await window().page.keyboard.press('Escape');
    await page.press('.wrap', 'Enter');
    await page.fill('.filter-text', '/(/');
    await page.waitForText('.filter-problem', /cannot be read/);
    await window().screenshot('panel-narrow-problem');
    await window().page.setViewportSize(wide);
  });
});
