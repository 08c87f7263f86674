import assert from 'node:assert/strict';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { stepLimitMs } from '../launch/window';
import { TrafficPage } from './trafficPage';
import { useTraffic } from './useTraffic';

const themes = ['Dark Modern', 'Light Modern', 'Dark High Contrast'];

describe('traffic panel in a window', () => {
  const bed = useTraffic();
  const { window } = bed;

  let page: TrafficPage;
  /** Messages published on channels that the panel watches. */
  let published = 0;
  /** Publishes numbered orders in one go. */
  async function publish(
    count: number,
    message = (i: number) => `{"order_id":${i},"status":"created"}`,
  ): Promise<void> {
    const batch = bed.publisher.pipeline();
    for (let i = 0; i < count; i++) batch.publish('order_events', message(published + i));
    await batch.exec();
    published += count;
  }

  it('opens on what is typed and says that nothing came yet', async () => {
    page = new TrafficPage(window());
    await page.subscribe('order_events, news.*');
    await page.waitForText('.empty', /Listening on order_events, news\.\*/);
    assert.equal(await page.count('received'), 0);
    assert.match(await page.text('.header'), /order_events, news\.\*.*local/s);
    await window().screenshot('traffic-empty');
  });

  it('draws rows as they stream in, counts them all and keeps few in the page', async () => {
    await publish(5_000);
    await page.waitForCount('received', published);
    await page.waitForLastRow(`{"order_id":${published - 1},"status":"created"}`);
    assert.equal(await page.count('kept'), published);
    assert.ok((await page.number('.row')) < 150, 'only what is visible is in the page');
    const rows = await page.waitForRows('Rows with their text', () => true);
    assert.ok(rows.every((row, i) => i === 0 || row.ordinal === (rows[i - 1]?.ordinal ?? 0) + 1));
    assert.match(rows.at(-1)?.text ?? '', /^\d\d:\d\d:\d\d\.\d{3} │ order_events │ {2}│ 36 B │ /);
  });

  it('opens the message that the button went down on, though others take its place meanwhile', async () => {
    const frame = await page.frame();
    const pressed = frame.locator('.row.message .payload', { hasText: `"order_id":${published - 3},` });
    const wanted = published - 3;
    await pressed.hover();
    await frame.page().mouse.down();
    await publish(1_000);
    await page.waitForLastRow(`"order_id":${published - 1},`);
    await frame.page().mouse.up();
    await page.waitForText('.detail', new RegExp(`"order_id": ?${wanted}\\b`));
    await page.press('.grid', 'Escape', 'End');
    await page.waitForLastRow(`"order_id":${published - 1},`);
  });

  it('names the pattern by which a message came', async () => {
    await bed.publisher.publish('news.sport', 'goal');
    published++;
    await page.waitForLastRow('news.sport │ news.* │ 4 B │ goal');
  });

  it('holds the rows still while it is paused, and receives all the same', async () => {
    await page.click('.pause');
    await page.waitForText('.pause', 'Resume');
    const before = await page.settledRows();
    await publish(200);
    await page.waitForText('.paused-new', '200 new');
    await page.waitForCount('received', published);
    assert.deepEqual(await page.settledRows(), before);
    await page.click('.pause');
    await page.waitForLastRow(`{"order_id":${published - 1},`);
  });

  it('shows what matches the filter, marked and counted', async () => {
    await publish(3, (i) => `{"priority":"HIGH ${i}"}`);
    await page.fill('.filter-text', 'high');
    await page.waitForText('.filter-count', `3 of ${published.toLocaleString('en')}`);
    await page.waitForRows(
      'Only matching rows',
      (texts) => texts.length === 3 && texts.every((text) => text.includes('HIGH')),
    );
    await page.waitForNumber('.row mark', 3);
    assert.equal(await page.text('.row mark'), 'HIGH');
    await window().screenshot('traffic-filter');
    await page.press('.filter-text', 'Escape');
    await page.waitForText('.filter-count', /^$/);
    await until(stepLimitMs, 'All rows again', async () =>
      (await page.rows()).length > 3 ? true : undefined,
    );
    await page.waitForLastRow('HIGH');
  });

  it('leaves the newest when scrolled up, keeps the rows on screen in place and comes back by a click', async () => {
    await page.wheel(-2_000);
    await page.waitForNumber('.follow[aria-pressed="false"]', 1);
    const before = await page.settledRows();
    await publish(500);
    await page.waitForText('.new-rows', /500 new/);
    assert.deepEqual(await page.settledRows(), before);
    await page.click('.new-rows button');
    await page.waitForLastRow(`{"order_id":${published - 1},`);
    await page.waitForNumber('.follow[aria-pressed="true"]', 1);
  });

  it('is used by keyboard alone: list, message and back', async () => {
    await page.press('.grid', 'ArrowUp', 'ArrowUp', 'Enter');
    await page.waitForText('.detail .json-number', String(published - 2));
    await page.waitForNumber('.row.selected', 1);
    const selected = await page.text('.row.selected');
    assert.ok(selected.includes(`"order_id":${published - 2}`), selected);
    await page.press('.grid', 'Enter');
    await page.waitForFocus(/detail-body/);
    await window().page.keyboard.press('Escape');
    await page.waitForFocus(/grid/);
    await window().page.keyboard.press('ArrowDown');
    await page.waitForText('.detail .json-number', String(published - 1));
    await window().page.keyboard.press('/');
    await page.waitForFocus(/filter-text/);
    await window().page.keyboard.press('Escape');
    await window().page.keyboard.press('Escape');
    await until(stepLimitMs, 'The detail pane closing', async () =>
      (await page.text('.detail-body')) === '' ? true : undefined,
    );
    await window().page.keyboard.press('End');
    await page.waitForNumber('.follow[aria-pressed="true"]', 1);
  });

  it('draws hostile payloads as text', async () => {
    const hostile: readonly (string | Buffer)[] = [
      '<img src=x onerror="alert(1)"></script><script>alert(2)</script>',
      '\u001b[31mred\u001b[0m \u202egnp.exe\u2066',
      Buffer.from([0xff, 0xfe, 0x00, 0x3c, 0x62, 0x3e]),
      '{"__proto__":{"x":1},"n":12345678901234567890123,"a":1,"a":2}',
    ];
    window().page.on('dialog', (dialog) => {
      void dialog.dismiss();
      assert.fail(`a payload ran: ${dialog.message()}`);
    });
    for (const payload of hostile) await bed.publisher.publish('order_events', payload);
    published += hostile.length;
    await page.waitForCount('received', published);
    await page.waitForLastRow('"n":12345678901234567890123');
    const rows = await page.waitForRows('Rows with their text', (texts) => texts.length >= 4);
    const [markup, ansi, bytes] = rows.slice(-4).map((row) => row.text);
    assert.ok(markup?.includes('<img src=x onerror="alert(1)"></script>'), markup);
    assert.ok(ansi?.includes('\\e[31mred') && ansi.includes('\\u{202e}gnp.exe'), ansi);
    assert.ok(bytes?.includes('\\xff\\xfe\\x00<b>'), bytes);

    await page.press('.grid', 'End', 'Enter');
    await page.waitForText('.detail-body', /"n": 12345678901234567890123.*"a": 1.*"a": 2/s);
    await page.press('.grid', 'ArrowUp');
    await page.waitForText('.detail-body', /ff fe 00 3c 62 3e {2}.*\.\.\.<b>/);
    await page.press('.grid', 'ArrowUp');
    await page.waitForText('.detail-body', '\\e[31mred\\e[0m \\u{202e}gnp.exe\\u{2066}');
    await page.press('.grid', 'ArrowUp');
    await page.waitForText(
      '.detail-body',
      '<img src=x onerror="alert(1)"></script><script>alert(2)</script>',
    );
    assert.equal(await page.number('img, .row script, .detail script'), 0);
    await window().screenshot('traffic-hostile');
  });

  it('takes ten megabytes on one line', async () => {
    await bed.publisher.publish('order_events', 'x'.repeat(10_485_760));
    published++;
    await page.waitForCount('received', published);
    await page.press('.grid', 'Escape', 'End');
    await page.waitForLastRow('10 MB');
    await page.press('.grid', 'End', 'Enter');
    await page.waitForText('.facts', '10 MB');
    await page.waitForText('.detail-body .remark', '1,048,576 of 10,485,760 bytes');
    await page.press('.grid', 'Escape', 'End');
  });

  it('publishes and tells of the receivers, itself among them', async () => {
    await page.fill('.message-text', '{"order_id":"by hand"}');
    await page.press('.message-text', 'Control+Enter');
    published++;
    await page.waitForLastRow('by hand');
    await page.waitForText('.answer', /^1 receiver, only this/);
    await page.fill('.combobox-text', 'nobody_there');
    await page.click('.publish');
    await page.waitForText('.answer', /^0 receivers: nobody was listening/);
    await page.fill('.combobox-text', 'order_events');
    await window().screenshot('traffic-published');
  });

  it('misses nothing while it is hidden, and comes back as it was left', async () => {
    await page.fill('.filter-text', 'order_id');
    await page.waitForText('.filter-count', /^6,7\d\d of/);
    await page.fill('.message-text', 'a draft');
    await page.press('.grid', 'ArrowUp', 'PageUp', 'PageUp', 'Enter');
    await page.waitForText('.facts', 'JSON');
    await page.click('.tab[data-tab="raw"]');
    const detail = await page.waitForText('.detail-body', '{"order_id":');
    const before = await page.settledRows();
    await window().runCommand('File: New Untitled Text File');
    await page.waitUntilGone();
    await publish(300);
    await window()
      .page.getByRole('tab', { name: /order_events, news/ })
      .click();
    await page.waitForCount('received', published);
    await page.waitForText('.filter-count', /of/);
    await page.waitForSettledRows(before);
    await page.waitForText('.detail-body', detail);
    await page.waitForNumber('.tab[data-tab="raw"][aria-selected="true"]', 1);
    await page.waitForText('.new-rows', /300 new/);
    const draft = await (await page.frame()).locator('.message-text').inputValue();
    assert.equal(draft, 'a draft');
    await page.press('.filter-text', 'Escape');
    await page.press('.grid', 'Escape', 'End');
    await page.waitForLastRow(`{"order_id":${published - 1},`);
  });

  for (const theme of themes) {
    it(`looks right in ${theme}`, async () => {
      await window().runCommand('Preferences: Color Theme');
      await window().answer(theme);
      await page.press('.grid', 'ArrowUp', 'Enter');
      await page.waitForText('.facts', 'JSON');
      await window().screenshot(`traffic-${theme}`);
      await page.press('.grid', 'Escape', 'End');
    });
  }

  it('says that the connection is lost, marks the gap with both times and goes on', async () => {
    await bed.publisher.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await page.waitForCount('gaps', 1);
    await page.waitForState('live');
    await publish(1);
    await page.waitForCount('received', published);
    await page.waitForGap(/gap \d\d:\d\d:\d\d\.\d{3} – \d\d:\d\d:\d\d\.\d{3} · .+ · messages may be missing/);
    await window().screenshot('traffic-gap');
  });

  it('tells in a narrow panel why there is a gap, and all of the reason in a wrapped row', async () => {
    await window().runCommand('View: Toggle Primary Side Bar Visibility');
    await window().page.setViewportSize({ width: 360, height: 900 });
    const words = (await page.frame()).locator('.gap-words');
    const fits = () =>
      words.evaluate<boolean, { scrollHeight: number; clientHeight: number }>(
        ({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight,
      );
    try {
      await until(15_000, 'The reason', async () =>
        /^gap · Redis closed/.test(await words.innerText()) ? true : undefined,
      );
      await window().screenshot('traffic-narrow-gap');
      await page.click('.wrap');
      await until(15_000, 'The whole reason', async () =>
        /or server stopped\)$/.test(await words.innerText()) && (await fits()) ? true : undefined,
      );
      await window().screenshot('traffic-narrow-gap-wrapped');
      await page.click('.wrap');
    } finally {
      await window().page.setViewportSize({ width: 1440, height: 900 });
      await window().runCommand('View: Toggle Primary Side Bar Visibility');
    }
  });

  it('says that no message matches although a gap is shown, and shows all again', async () => {
    await page.fill('.filter-text', 'in no message');
    await page.waitForText('.remark-text', 'No message matches the filter.');
    assert.deepEqual(
      (await page.rows()).map(({ kind }) => kind),
      ['gap'],
    );
    await page.press('.filter-text', 'Enter');
    await page.waitForText('.notice', 'No message matches.');
    await page.press('.show-all', 'Enter');
    await page.waitForText('.notice', /^$/);
    await page.press('.grid', 'End');
    await page.waitForLastRow(`{"order_id":${published - 1},`);
    assert.match(await page.focused(), /grid/);
  });

  it('copies a message by keyboard, and takes it into the composer', async () => {
    await page.press('.grid', 'End', 'Control+C');
    await page.waitForText('.notice', /^Copied \d+ bytes\.$/);
    await page.fill('.message-text', '');
    await page.press('.grid', 'Enter');
    await page.waitForText('.facts', 'JSON');
    await page.press('.publish-again', 'Enter');
    assert.match(await page.focused(), /message-text/);
    const fields = await page.frame();
    assert.equal(await fields.locator('.combobox-text').inputValue(), 'order_events');
    assert.match(
      await fields.locator('.message-text').inputValue(),
      /^\{"order_id":\d+,"status":"created"\}$/,
    );
    await page.press('.message-text', 'Control+Enter');
    published++;
    await page.waitForText('.answer', /^1 receiver/);
    await page.press('.grid', 'Escape', 'End');
    await page.waitForCount('received', published);
  });

  it('forgets what it has when it is cleared', async () => {
    await window().runCommand(commandTitle('redisMessaging.traffic.clear'));
    await page.waitForCount('received', 0);
    published = 0;
    await page.waitForText('.empty', /Nothing|Listening/);
    await publish(7);
    await page.waitForCount('received', 7);
  });

  it('is restored when the window is reloaded', async () => {
    await page.fill('.filter-text', 'created');
    await page.waitForText('.filter-count', '7 of 7');
    // By VS Code's own command, which unlike the browser's reload waits until all state is saved.
    const loaded = window().page.waitForEvent('load', { timeout: 60_000 });
    await window().runCommand('Developer: Reload Window');
    await loaded;
    await window().ready();
    await page.waitForState('live');
    published = 0;
    await page.waitForText(
      '.empty',
      /^Listening.*Reopened at .* after a reload: what was published before is not here/s,
    );
    await window().screenshot('traffic-reopened');
    await publish(2);
    await page.waitForCount('received', 2);
    await page.waitForText('.remark-text', /^Reopened at/);
    await page.press('.close-remark', 'Enter');
    await until(15_000, 'The remark going', async () =>
      (await page.number('.remark-line')) === 0 ? true : undefined,
    );
    await page.waitForText('.filter-count', '2 of 2');
    assert.match(await page.text('.header'), /order_events, news\.\*.*local/s);
  });

  it('tells the cause when Redis is gone, and recovers', async () => {
    await bed.stop();
    await page.waitForState('reconnecting');
    await page.waitForText('.problem', /.+/);
    await page.click('.publish');
    await page.waitForText('.answer.failed', /check address and port\.$/);
    const answer = (await page.frame()).locator('.answer');
    assert.ok(
      await answer.evaluate<boolean, { scrollWidth: number; clientWidth: number }>(
        ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth,
      ),
      'the whole failure is on screen',
    );
    await window().screenshot('traffic-reconnecting');
    await bed.restart();
    await page.waitForState('live');
    await publish(1);
    await page.waitForCount('received', 3);
  });
});
