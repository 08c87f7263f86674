import assert from 'node:assert/strict';
import { until } from '../launch/limits';
import { stepLimitMs } from '../launch/window';
import { TrafficPage } from './trafficPage';
import { useTraffic } from './useTraffic';

/** Messages of 20 kB, which the buffer has room for. */
const many = 2_500;

/** Notes each share of the progress that is drawn, and where the list began meanwhile. Runs in the panel. */
const watchProgress = `(() => {
  globalThis.progressSeen = { shares: [], heights: [] };
  const note = (list, value) => list.includes(value) || list.push(value);
  new MutationObserver(() => {
    const progress = document.querySelector('.filter-progress');
    if (progress === null) return;
    note(progressSeen.shares, progress.value);
    note(progressSeen.heights, document.querySelector('.list').getBoundingClientRect().top);
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
})()`;

/** Keeps the frames that arrive, until they are let go. Runs in the panel. */
const holdFrames = `(() => {
  const held = [];
  const own = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
  const get = function () {
    const data = own.get.call(this);
    if (data.kind !== 'frame') return data;
    held.push(data);
    return undefined;
  };
  Object.defineProperty(MessageEvent.prototype, 'data', { ...own, get });
  globalThis.releaseFrames = () => {
    Object.defineProperty(MessageEvent.prototype, 'data', own);
    for (const data of held) dispatchEvent(new MessageEvent('message', { data }));
  };
})()`;

describe('filter and channels of the traffic panel', () => {
  const bed = useTraffic();
  const { window } = bed;

  let page: TrafficPage;
  const count = 120;

  /** Publishes orders 0 … 119, every tenth of them of high priority, and a few messages on two other channels. */
  async function publishAll(): Promise<void> {
    const batch = bed.publisher.pipeline();
    for (let i = 0; i < count; i++) {
      const priority = i % 10 === 0 ? 'high' : 'low';
      batch.publish('order_events', `{"order_id":${i},"priority":"${priority}","note":"${'x'.repeat(150)}"}`);
    }
    for (const place of ['east', 'west']) batch.publish(`news.${place}`, `from the ${place}`);
    await batch.exec();
  }

  async function currentRow(): Promise<string> {
    return page.text('.row.current');
  }

  it('counts what is found and leaves all else out', async () => {
    page = new TrafficPage(window());
    await page.subscribe('order_events, news.*');
    await publishAll();
    await page.waitForCount('received', count + 2);
    await page.fill('.filter-text', '$.priority == "high"');
    await page.waitForText('.filter-count', '12 of 122');
    await page.waitForRows(
      'Twelve rows',
      (texts) => texts.length === 12 && texts.every((it) => it.includes('"high"')),
    );
    assert.equal(await page.count('filtered'), 110);
    await window().screenshot('traffic-filter-json');
  });

  it('marks matches among all messages when that is asked for, and counts them', async () => {
    await page.click('.mode');
    await page.waitForText('.filter-count', '12 matches');
    assert.equal(await page.count('filtered'), 0);
    await page.waitForRows('All rows', (texts) => texts.at(-1)?.includes('from the west') === true);
    await page.waitForNumber('.mode[aria-pressed="false"]', 1);
    await window().screenshot('traffic-find');
  });

  it('goes from match to match by keyboard, around the ends, and marks the one it is at', async () => {
    await page.press('.filter-text', 'Shift+Enter');
    await page.waitForText('.row.current', '"order_id":110,');
    await page.waitForText('.filter-count', '12 of 12');
    await page.waitForNumber('.row.current mark', 1);
    await window().page.keyboard.press('Shift+F3');
    await page.waitForText('.row.current', '"order_id":100,');
    await page.waitForText('.filter-count', '11 of 12');
    await window().page.keyboard.press('F3');
    await page.waitForText('.row.current', '"order_id":110,');
    await window().page.keyboard.press('Enter');
    await page.waitForText('.row.current', '"order_id":0,');
    await page.waitForText('.notice', /went on from the oldest/);
    await page.waitForText('.filter-count', '1 of 12');
    await page.waitForFocus(/filter-text/);
    await page.waitForText('.match-summary', /1 of 12.*"order_id":0,/);
    await page.click('.next');
    await page.waitForText('.row.current', '"order_id":10,');
    await window().screenshot('traffic-find-current');
    assert.match(await currentRow(), /"high"/);
  });

  it('says under the box what is wrong with a filter, and keeps the one before', async () => {
    await page.fill('.filter-text', '/order_(/');
    await page.waitForText(
      '.filter-problem',
      /regular expression cannot be read.*Still in force: \$\.priority/s,
    );
    await page.waitForNumber('.filter-text[aria-invalid="true"]', 1);
    await window().screenshot('traffic-filter-problem');
    await page.fill('.filter-text', '$.priority ==');
    await page.waitForText('.filter-problem', /The filter ends where/);
    await page.fill('.filter-text', '/"order_id":11\\d/');
    await page.waitForText('.filter-count', '10 matches');
    await page.waitForNumber('.filter-text[aria-invalid="true"]', 0);
    assert.equal(await page.text('.filter-problem'), '');
  });

  it('explains by keyboard what can be written, and takes an example over', async () => {
    await page.press('.help-button', 'Enter');
    await page.waitForText('.filter-help', /regular expression \(RE2\)/);
    await page.waitForFocus(/example/);
    await window().screenshot('traffic-filter-help');
    await window().page.keyboard.press('Escape');
    await page.waitForFocus(/help-button/);
    await page.waitForNumber('.filter-help[hidden]', 1);
    await window().page.keyboard.press('Enter');
    await (await page.frame()).getByText('$.priority == "high"').click();
    await page.waitForText('.filter-count', '12 matches');
    await page.waitForFocus(/filter-text/);
    await window().page.keyboard.press('Escape');
    await page.waitForText('.filter-count', /^$/);
  });

  it('switches channels off and on, and shows one alone', async () => {
    const chip = (name: string) => `.chip[data-channel="${name}"]`;
    await page.press(chip('order_events'), 'Space');
    await page.waitForRows(
      'News alone',
      (texts) => texts.length === 2 && texts.every((it) => it.includes('news.')),
    );
    assert.equal(await page.count('filtered'), count);
    await window().screenshot('traffic-channels');
    await page.press(chip('news.west'), 'o');
    await page.waitForRows(
      'The west alone',
      (texts) => texts.length === 1 && texts[0]?.includes('news.west') === true,
    );
    await bed.publisher.publish('news.north', 'from the north');
    await page.waitForCount('received', count + 3);
    await page.waitForCount('filtered', count + 2);
    await page.click('.chip-all');
    await page.waitForLastRow('from the north');
    await page.waitForNumber('.chip[aria-pressed="false"]', 0);
    await (await page.frame()).locator(chip('news.east')).click({ modifiers: ['Alt'] });
    await page.waitForRows(
      'The east alone',
      (texts) => texts.length === 1 && texts[0]?.includes('news.east') === true,
    );
    await page.click('.chip-all');
    await page.waitForCount('filtered', 0);
  });

  it('is one tab stop for each group of buttons, with arrow keys among them', async () => {
    await page.press('.pause', 'ArrowRight', 'ArrowRight');
    await page.waitForFocus(/follow/);
    await window().page.keyboard.press('Tab');
    await page.waitForFocus(/filter-text/);
    await window().page.keyboard.press('Tab');
    await window().page.keyboard.press('End');
    await page.waitForFocus(/help-button/);
    await window().page.keyboard.press('Tab');
    await page.waitForFocus(/chip/);
    await window().page.keyboard.press('ArrowRight');
    await page.waitForFocus(/chip/);
    await window().page.keyboard.press('Tab');
    await page.waitForFocus(/grid/);
    await page.press('.help-button', 'Home');
    await page.press('.follow', 'Home');
  });

  it('goes to a time, and says what it cannot read or reach', async () => {
    await page.press('.grid', 'g');
    await page.waitForFocus(/time-text/);
    await page.fill('.time-text', 'yesterday');
    await window().page.keyboard.press('Enter');
    await page.waitForText('.time-problem', '"yesterday" is no time');
    await window().screenshot('traffic-time');
    await page.fill('.time-text', '-1h');
    await window().page.keyboard.press('Enter');
    await page.waitForText('.notice', /Nothing is kept from .*: this is the oldest/);
    await page.waitForText('.row.selected', '"order_id":0,');
    await page.waitForFocus(/grid/);
    await page.press('.time-button', 'Enter');
    await page.fill('.time-text', new Date().toISOString());
    await page.click('.time-go');
    await page.waitForText('.notice', /Nothing from .* on: this is the newest/);
    await page.waitForText('.row.selected', 'from the north');
    // As while nothing arrives: no frame follows.
    await (await page.frame()).evaluate(holdFrames);
    await page.press('.time-button', 'Enter');
    await page.fill('.time-text', '9999-12-31');
    await page.click('.time-go');
    await page.waitForText('.notice', /Nothing from .*9999.* on: this is the newest/);
    await (await page.frame()).evaluate('releaseFrames()');
    await page.press('.time-button', 'Enter');
    await window().page.keyboard.press('Escape');
    await page.waitForFocus(/time-button/);
  });

  it('shows the newest first, follows and counts there', async () => {
    await page.press('.grid', 'End');
    await page.click('.order');
    await page.waitForRows('The newest at the top', (texts) => texts[0]?.includes('from the north') === true);
    await bed.publisher.publish('news.south', 'from the south');
    await page.waitForRows('The next above it', (texts) => texts[0]?.includes('from the south') === true);
    await page.press('.grid', 'Home', 'ArrowDown');
    await page.waitForText('.row.selected', 'from the north');
    await page.wheel(600);
    await page.waitForNumber('.follow[aria-pressed="false"]', 1);
    const still = await page.settledRows();
    await bed.publisher.publish('news.south', 'from the south again');
    await page.waitForText('.new-rows', /1 new/);
    assert.deepEqual(await page.settledRows(), still);
    await window().screenshot('traffic-newest-first');
    await page.press('.grid', 'End');
    await page.waitForText('.row.selected', '"order_id":0,');
    await page.press('.grid', 'Home');
    await page.waitForRows('The newest', (texts) => texts[0]?.includes('from the south again') === true);
    await page.waitForNumber('.follow[aria-pressed="true"]', 1);
    await page.wheel(300);
    await page.waitForNumber('.follow[aria-pressed="false"]', 1);
    await page.wheel(-3_000);
    await page.waitForNumber('.follow[aria-pressed="true"]', 1);
  });

  it('wraps long messages over several lines', async () => {
    const height = async () =>
      (await (await page.frame()).locator('.row').first().boundingBox())?.height ?? 0;
    const before = await height();
    await page.click('.wrap');
    await until(stepLimitMs, 'Higher rows', async () => ((await height()) > 2.5 * before ? true : undefined));
    await page.fill('.filter-text', 'order_id');
    await page.click('.mode');
    await page.waitForRows(
      'Orders',
      (texts) => texts.length > 3 && texts.every((it) => it.includes('order_id')),
    );
    await page.waitForRows('Rows one below the other', (_, rows) => {
      const tops = rows.map((row) => row.top);
      const steps = tops.slice(1).map((top, i) => top - (tops[i] ?? 0));
      return new Set(steps).size === 1;
    });
    await window().screenshot('traffic-wrap');
  });

  it('tells how far the search through a full buffer has come, and moves nothing for it', async () => {
    await page.click('.wrap');
    await page.press('.filter-text', 'Escape');
    const note = 'y'.repeat(20_000);
    for (let sent = 0; sent < many; sent += 250) {
      const pipeline = bed.publisher.pipeline();
      for (let i = sent; i < sent + 250; i++)
        pipeline.publish('order_events', `{"order_id":${i},"kind":"bulk","note":"${note}"}`);
      await pipeline.exec();
    }
    await page.waitForCount('received', count + 5 + many);
    const frame = await page.frame();
    await frame.evaluate(watchProgress);
    await page.fill('.filter-text', '/[0-9]*9,"kind":"bulk"/');
    await window().screenshot('traffic-filter-progress');
    await page.waitForText('.filter-count', `${many / 10} of`);
    await page.waitForText('.filter-count', /^[^%]*$/);
    const { shares, heights } = await frame.evaluate<{ shares: number[]; heights: number[] }>('progressSeen');
    assert.ok(shares.length > 0, 'the progress was drawn');
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(heights.length, 1, `the list began at ${heights}`);
  });

  it('holds the rows still in a flood, with the newest first', async () => {
    await page.press('.filter-text', 'Escape');
    await page.press('.grid', 'Home');
    let sending = true;
    const flood = (async () => {
      while (sending) {
        const pipeline = bed.publisher.pipeline();
        for (let i = 0; i < 500; i++) pipeline.publish('order_events', `{"flood":${i}}`);
        await pipeline.exec();
      }
    })();
    try {
      await until(stepLimitMs, 'A row of the flood', async () =>
        (await page.rows())[0]?.text.includes('flood') === true ? true : undefined,
      );
      await page.wheel(900);
      await page.waitForNumber('.follow[aria-pressed="false"]', 1);
      await page.waitForText('.new-rows', /new/);
      const before = await page.settledRows();
      const received = (await page.count('received')) ?? 0;
      await until(stepLimitMs, 'More of the flood', async () =>
        ((await page.count('received')) ?? 0) > received + 5_000 ? true : undefined,
      );
      assert.deepEqual(await page.settledRows(), before);
    } finally {
      sending = false;
      await flood;
    }
  });

  it('comes back after a reload as it was', async () => {
    await page.press('.grid', 'Home');
    await page.click('.wrap');
    await page.click('.mode');
    await page.fill('.filter-text', 'from');
    await page.press('.chip[data-channel="news.east"]', 'Space');
    await page.waitForText('.filter-count', /\d+ matches/);
    await page.waitForNumber('.chip[data-channel="news.east"][aria-pressed="false"]', 1);
    const loaded = window().page.waitForEvent('load', { timeout: 60_000 });
    await window().runCommand('Developer: Reload Window');
    await loaded;
    await window().ready();
    await page.waitForState('live');
    await until(stepLimitMs, 'The filter as it was', async () =>
      (await (await page.frame()).locator('.filter-text').inputValue()) === 'from' ? true : undefined,
    );
    await page.waitForNumber('.mode[aria-pressed="false"]', 1);
    await page.waitForNumber('.order[aria-pressed="true"]', 1);
    await page.waitForNumber('.wrap[aria-pressed="true"]', 1);
    await page.waitForNumber('.chip[data-channel="news.east"][aria-pressed="false"]', 1);
    await bed.publisher.publish('news.east', 'from the east');
    await bed.publisher.publish('news.west', 'from the west');
    await page.waitForCount('received', 2);
    await page.waitForText('.filter-count', '1 match');
    await page.waitForRows(
      'The west alone',
      (texts) => texts.length === 1 && texts[0]?.includes('west') === true,
    );
  });
});
