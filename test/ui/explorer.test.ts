import assert from 'node:assert/strict';
import Redis from 'ioredis';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

const push = commandTitle('redisMessaging.queue.push');
const pop = commandTitle('redisMessaging.queue.pop');
const publish = commandTitle('redisMessaging.channel.publish');
const order = '{"id":12345678901234567890,"lines":[1.0,2.50],"note":"a","note":"b"}';
const orderLaidOut = [
  '{',
  '  "id": 12345678901234567890,',
  '  "lines": [',
  '    1.0,',
  '    2.50',
  '  ],',
  '  "note": "a",',
  '  "note": "b"',
  '}',
].join('\n');

/** Names that would draw, link, break or hide something if they were not taken as text; and how they are to be seen. */
const hostile: readonly (readonly [name: string | Buffer, shown: string])[] = [
  ['$(zap) icon', '$(zap) icon'],
  ['[x](command:workbench.action.closeAllEditors)', '[x](command:workbench.action.closeAllEditors)'],
  ['line\nbreak', 'line\\nbreak'],
  ['quote"\'`', 'quote"\'`'],
  ['<b>bold</b>', '<b>bold</b>'],
  ['bidi\u202egnp', 'bidi\\u{202e}gnp'],
  [Buffer.from([0x62, 0x61, 0x64, 0xff, 0xfe]), 'bad\\xff\\xfe'],
];

describe('explorer in a window', () => {
  const teardown = new Teardown();
  let redis: RedisServer;
  let client: Redis;

  before('start Redis', async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    client = new Redis(redis.url);
    teardown.add('the client', async () => client.disconnect());
    await client.lpush('orders', 'first', 'second', 'third');
    await client.rpush('app:mail', 'm');
    await client.rpush('app:tasks', ...Array.from({ length: 1_204 }, (_, i) => `{"id":${i}}`));
    for (let i = 0; i < 12; i++) await client.xadd('events', '*', 'n', i);
    const subscriber = client.duplicate();
    teardown.add('the subscriber', async () => subscriber.disconnect());
    await subscriber.subscribe('order_events');
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'explorer'),
    settings: { 'redisMessaging.explorer.refreshSeconds': 1 },
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
    },
  }));
  const explorer = () => new ExplorerPage(window());

  const notified = () => window().page.locator('.notifications-center-header-title').innerText();

  it('shows queues, streams and channels with their counts, grouped by namespace', async () => {
    await window().openSidebar();
    await explorer().waitForLine(`local  127.0.0.1:${redis.port}/0`);
    await explorer().waitForLine('Queues  3');
    await explorer().waitForLine('orders  3');
    await explorer().waitForLine('Streams  1');
    await explorer().waitForLine('events  12');
    await explorer().waitForLine('Channels  1');
    await explorer().waitForLine('order_events  1 subscriber');
    await explorer().waitForLine('app:  2');
    await explorer().expand('app:');
    await explorer().waitForLine(/tasks {2}1,204$/);
    await window().screenshot('explorer');
  });

  it('follows what other programs do', async () => {
    await client.lpush('orders', 'fourth');
    await explorer().waitForLine(/^orders {2}4/);
    await client.xadd('events', '*', 'n', 'm');
    await explorer().waitForLine('events  13');
  });

  it('shows the messages of a queue, the next first', async () => {
    await explorer().expand('orders');
    await explorer().waitForLine(/^next.* {2}first$/);
    const lines = await explorer().lines();
    const at = lines.findIndex((line) => /^next/.test(line));
    assert.deepEqual(lines.slice(at + 1, at + 4), ['second', 'third', 'fourth']);
    await window().screenshot('explorer-messages');
    await explorer().collapse('orders');
  });

  it('keeps a drained queue, and lets it be dismissed', async () => {
    await client.del('orders');
    await explorer().waitForLine('orders  0 · drained');
    await window().screenshot('explorer-drained');
    await client.rpush('orders', 'again');
    await explorer().waitForLine(/^orders {2}1/);
    await client.del('orders');
    await explorer().waitForLine('orders  0 · drained');
    await explorer().chooseInMenu('orders', 'Dismiss Drained Queue');
    await until(stepLimitMs, 'The queue being gone', async () =>
      (await explorer().lines()).some((line) => line.startsWith('orders')) ? undefined : true,
    );
  });

  it('says of a queue that it is no list any more', async () => {
    await client.rpush('changing', 'm');
    await window().runCommand(commandTitle('redisMessaging.explorer.refresh'));
    await explorer().waitForLine('changing  1');
    await client.multi().del('changing').set('changing', 'text').exec();
    await explorer().waitForLine('changing  no longer a list');
    await explorer().expand('changing');
    await window()
      .treeItem(/holds another type of value/)
      .first()
      .waitFor();
    await window().screenshot('explorer-wrongtype');
    await client.del('changing');
  });

  it('draws every name as text', async () => {
    for (const [name] of hostile) await client.rpush(name, 'm');
    await window().runCommand(commandTitle('redisMessaging.explorer.refresh'));
    for (const [, shown] of hostile) await explorer().waitForLine(`${shown}  1`);
    const row = explorer().row('$(zap) icon');
    assert.equal(await row.locator('.label-name .codicon').count(), 0, 'an icon is drawn from a name');
    await window().screenshot('explorer-hostile');
  });

  it('offers such names as text in picks, and says them as text in notifications', async () => {
    await window().runCommand(push);
    await explorer().asked('Push to which queue?');
    await until(stepLimitMs, 'The names', async () =>
      (await explorer().choices()).includes('$(zap) icon') ? true : undefined,
    );
    assert.equal(await window().page.locator('.quick-input-list .label-name .codicon-zap').count(), 0);
    await window().screenshot('explorer-pick');
    await window().pick('$(zap) icon');
    await explorer().asked(/^Push to \$\(zap\) icon$/);
    // It stands there for a few seconds only, so it is waited for before it comes.
    const status = window()
      .page.locator('.statusbar-item', { hasText: /pushed to/ })
      .first()
      .innerText();
    await window().answer('n');
    assert.match(await status, /\$\(zap\) icon/);
    await window().screenshot('explorer-status');
    await explorer().waitForLine(/^\$\(zap\) icon {2}2/);

    await window().runCommand(publish);
    await explorer().asked('Publish on which channel?');
    await window().pick('Another name…');
    await explorer().asked('Publish on which channel?');
    await window().answer('[x](command:workbench.action.closeAllEditors)');
    await explorer().asked(/^Publish on \[x\]/);
    await window().answer('m');
    const told = await window().notified('0 receivers');
    assert.match(await told.innerText(), /\[x\]\u2060\(command:workbench\.action\.closeAllEditors\)/);
    assert.equal(await told.locator('.notification-list-item-message a').count(), 0, 'a name became a link');
    await window().screenshot('explorer-notification-hostile');
    await window().clearNotifications();
    await client.del(...hostile.map(([name]) => name));
  });

  it('pushes from the palette: asks for the queue and the message', async () => {
    await window().runCommand(push);
    await explorer().asked('Push to which queue?');
    await window().pick('Another name…');
    await explorer().asked('Push to which queue?');
    await window().quickInput().fill('');
    await window().page.keyboard.press('Enter');
    await window().page.locator('.quick-input-message', { hasText: 'The queue name is empty' }).waitFor();
    await window().screenshot('explorer-push-empty-name');
    await window().answer('invoices');
    await explorer().asked('Push to invoices');
    await window().screenshot('explorer-push');
    await window().answer(order);
    await explorer().waitForLine(/^invoices {2}1/);
    assert.deepEqual(await client.lrange('invoices', 0, -1), [order]);
  });

  it('opens a message in a read-only editor, JSON laid out with nothing lost', async () => {
    await explorer().expand('invoices');
    await explorer().waitForLine(/^next.* {2}\{"id":12345678901234567890/);
    await window()
      .treeItem(/12345678901234567890/)
      .first()
      .click();
    await explorer().waitForEditor(orderLaidOut);
    await window().screenshot('explorer-message');
    await window().page.locator('.editor-group-container.active .view-line').first().click();
    await window().page.keyboard.type('x');
    await window().page.getByText('Cannot edit in read-only editor').first().waitFor();
    assert.equal(await explorer().editorText(), orderLaidOut);
    await window().runCommand('View: Close All Editors');
  });

  it('publishes from the palette, and says who heard it', async () => {
    await window().runCommand(publish);
    await explorer().asked('Publish on which channel?');
    await window().pick('order_events');
    await explorer().asked('Publish on order_events');
    await window().answer('{"order_id":1}');
    await window().notified('order_events: 1 receiver');
    await window().screenshot('explorer-publish');
    await window().clearNotifications();
  });

  it('explains 0 receivers', async () => {
    await window().runCommand(publish);
    await explorer().asked('Publish on which channel?');
    await window().pick('Another name…');
    await window().answer('nobody_here');
    await explorer().asked('Publish on nobody_here');
    await window().answer('m');
    await window().notified(/nobody_here: 0 receivers: nobody was listening, so Redis discarded the message/);
    await window().screenshot('explorer-publish-0');
    await window().clearNotifications();
  });

  it('asks before it pops, and pops nothing when that is cancelled', async () => {
    await client.rpush('invoices', 'older');
    await explorer().waitForLine(/^invoices {2}2/);
    await explorer().pressInline('invoices', 'Pop from Queue…');
    await explorer().asked(/invoices/);
    await window().screenshot('explorer-pop-direction');
    await window().page.keyboard.press('Enter');
    const dialog = window().page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /Pop the next message from the tail of invoices\?/);
    assert.match(await dialog.innerText(), /No consumer will get it.*pop journal/s);
    assert.match(await dialog.innerText(), /older/);
    await window().screenshot('explorer-pop');
    await window().pressDialogButton('Cancel');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await client.lrange('invoices', 0, -1), [order, 'older']);
    await window().showNotifications();
    assert.equal(await notified(), 'No New Notifications', 'cancelling is no failure');
    await window().page.keyboard.press('Escape');
  });

  it('pops once that is confirmed, and shows what it took', async () => {
    for (const [text, left] of [
      ['older', 1],
      [orderLaidOut, 0],
    ] as const) {
      await window().runCommand(pop);
      await explorer().asked('Pop from which queue?');
      await window().pick('invoices');
      await window().pressDialogButton('Pop');
      await explorer().waitForEditor(text);
      assert.equal(await client.llen('invoices'), left);
    }
    await explorer().waitForLine('invoices  0 · drained');
    await window().screenshot('explorer-popped');
    await explorer().row('invoices').click();
    await window().runCommand(pop);
    await window().pick('invoices');
    await window().notified('invoices is empty: nothing to pop');
    await window().clearNotifications();
    await window().runCommand('View: Close All Editors');
  });

  it('can be walked through and used by keyboard alone', async () => {
    await client.rpush('keys', 'by keyboard');
    await window().runCommand(commandTitle('redisMessaging.explorer.refresh'));
    await explorer().waitForLine('keys  1');
    await window().runCommand('Redis Messaging: Focus on Explorer View');
    const { keyboard } = window().page;
    await keyboard.press('Home');
    const focused = () => window().page.locator('.monaco-list-row.focused .label-name').first().innerText();
    for (let step = 0; step < 30 && (await focused()) !== 'keys'; step++) await keyboard.press('ArrowDown');
    assert.equal(await focused(), 'keys');
    await keyboard.press('ArrowRight');
    await explorer().waitForLine(/^next.* {2}by keyboard$/);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await explorer().waitForEditor('by keyboard');
    await window().screenshot('explorer-keyboard');
  });

  it('filters names, says so, and shows all again', async () => {
    await window().runCommand(commandTitle('redisMessaging.explorer.filter'));
    await explorer().asked('Filter Names');
    await window().answer('ask');
    await explorer().waitForLine(/tasks/);
    await until(stepLimitMs, 'Only what matches', async () =>
      (await explorer().lines()).some((line) => /^(keys|mail|app:mail)/.test(line)) ? undefined : true,
    );
    await explorer().waitForLine(/^Queues {2}1 of \d+$/);
    await explorer().waitForLine('Channels  0 of 1');
    await window().screenshot('explorer-filter');
    await window().runCommand(commandTitle('redisMessaging.explorer.clearFilter'));
    await explorer().waitForLine('keys  1');
  });

  for (const theme of ['Light Modern', 'Dark High Contrast']) {
    it(`is readable in ${theme}`, async () => {
      await window().runCommand('Preferences: Color Theme');
      await window().answer(theme);
      await explorer().waitForLine('keys  1');
      await window().openSidebar();
      await window().screenshot(`explorer-${theme}`);
    });
  }
});

describe('explorer without a connection', () => {
  const teardown = new Teardown();
  let redis: RedisServer;

  before('start Redis with keys in other databases', async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
    const client = new Redis(redis.url);
    await client.rpush('elsewhere', 'm', 'n');
    await client.select(7);
    await client.mset('k', 'v', 'l', 'w');
    client.disconnect();
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'welcome'),
    settings: { 'redisMessaging.explorer.refreshSeconds': 1 },
  }));
  const explorer = () => new ExplorerPage(window());

  it('welcomes, and adds the first connection', async () => {
    await window().openSidebar();
    const button = window().page.getByRole('button', { name: 'Add Connection' });
    await button.first().waitFor();
    await window().screenshot('welcome');
    await window()
      .page.locator('.welcome-view-content')
      .getByRole('button', { name: 'Add Connection' })
      .click();
    await explorer().asked('Add Connection');
    await window().quickInput().fill('http://example');
    await explorer().offered(/which is not Redis/);
    await window().screenshot('welcome-bad-address');
    await window().answer(`${redis.url}/5`);
    // The mouse is where rows are now, and what they say of themselves would cover the next one.
    await window().page.mouse.move(720, 450);
    await explorer().waitForLine(`127.0.0.1:${redis.port}/5`);
  });

  it('names the databases that hold keys when this one is empty, and opens one by a click', async () => {
    await explorer().waitForLine('Database 0  1 key');
    await explorer().waitForLine('Database 7  2 keys');
    await window().screenshot('explorer-empty');
    await explorer().row('Database 0').click();
    await explorer().waitForLine('elsewhere  2');
    await explorer().waitForLine(`127.0.0.1:${redis.port}/5  127.0.0.1:${redis.port}/0`);
    const told = await window().notified(`The connection 127.0.0.1:${redis.port}/5 now shows database 0`);
    await told.getByRole('button', { name: 'Back to Database 5' }).waitFor();
    await window().screenshot('explorer-database-opened');
    await window().clearNotifications();
  });

  it('says what is wrong and what to do when Redis cannot be reached, and recovers', async () => {
    await redis.stop();
    await window()
      .treeItem(new RegExp(`Nothing listens at 127\\.0\\.0\\.1:${redis.port}/0`))
      .first()
      .waitFor();
    await window()
      .treeItem(/Start the server, or check address and port/)
      .first()
      .waitFor();
    await explorer().waitForLine('Try again');
    await explorer().waitForLine('Show log');
    await window().showNotifications();
    const title = await window().page.locator('.notifications-center-header-title').innerText();
    assert.equal(title, 'No New Notifications', 'the sidebar says it');
    await window().screenshot('explorer-unreachable');
    redis = await startRedis({ port: redis.port });
    await until(stepLimitMs, 'The queues being there again', async () => {
      const lines = await explorer().lines();
      if (lines.some((line) => line.startsWith('Queues'))) return true;
      // It may come back by itself first, and the line to click on is gone.
      if (lines.includes('Try again'))
        await explorer()
          .row('Try again')
          .click({ timeout: 1_000 })
          .catch(() => undefined);
      return undefined;
    });
    await until(stepLimitMs, 'The failure being gone', async () =>
      (await explorer().lines()).some((line) => line.startsWith('Nothing listens')) ? undefined : true,
    );
    await window().screenshot('explorer-recovered');
  });

  it('saves a connection that cannot be reached only when that is wanted', async () => {
    await window().runCommand(commandTitle('redisMessaging.connection.add'));
    await explorer().asked('Add Connection');
    await window().answer('redis://127.0.0.1:1/0');
    await explorer().offered(/Nothing listens at 127\.0\.0\.1:1\/0/);
    await window().screenshot('connection-save-anyway');
    await window().pick('Save Anyway');
    await explorer().waitForLine('127.0.0.1:1  not connected');
    await explorer().expand('127.0.0.1:1');
    await window()
      .treeItem(/Nothing listens at 127\.0\.0\.1:1\/0/)
      .first()
      .waitFor();
    await window().screenshot('explorer-two-connections');
  });
});
