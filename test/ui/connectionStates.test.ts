import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import Redis from 'ioredis';
import { commandTitle } from '../launch/commandTitle';
import { freePort } from '../launch/freePort';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { TrafficPage } from './trafficPage';
import { useWindow } from './useWindow';

const themes = [
  ['Dark Modern', 'vs-dark'],
  ['Light Modern', 'vs'],
  ['Dark High Contrast', 'hc-black'],
  ['Light High Contrast', 'hc-light'],
] as const;

describe('connections in every state', () => {
  const teardown = new Teardown();
  let main: RedisServer;
  let replica: RedisServer;
  let locked: RedisServer;
  let silentPort: number;
  let closedPort: number;
  let client: Redis;

  before('start servers of all kinds', async () => {
    main = await startRedis();
    teardown.add('Redis', () => main.stop());
    client = new Redis(main.url);
    teardown.add('the client', async () => client.disconnect());
    await client.rpush('orders', 'a', 'b');
    await client.call(
      'ACL',
      'SETUSER',
      'limited',
      'on',
      '>pw',
      '~*',
      '&*',
      '+@all',
      '-scan',
      '-info',
      '-pubsub',
    );
    replica = await startRedis({ args: ['--replicaof', main.host, String(main.port)] });
    teardown.add('the replica', () => replica.stop());
    locked = await startRedis({ args: ['--requirepass', 'secret'] });
    teardown.add('the locked Redis', () => locked.stop());
    const silent = createServer((socket) => socket.on('error', () => undefined));
    silentPort = await listening(silent);
    teardown.add('the silent server', async () => void silent.close());
    closedPort = await freePort();
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'states'),
    size: { width: 1440, height: 1400 },
    settings: { 'redisMessaging.explorer.refreshSeconds': 1 },
    env: { LIMITED_PASSWORD: 'pw' },
    machineSettings: {
      'redisMessaging.connections': [
        { id: 'local', name: 'local', url: `${main.url}/0` },
        { id: 'looks', name: 'looks', url: `${main.url}/0`, readOnly: true },
        { id: 'shop', name: 'shop', url: `${main.url}/0`, production: true },
        { id: 'copy', name: 'copy', url: `${replica.url}/0` },
        {
          id: 'limited',
          name: 'limited',
          url: `redis://limited@127.0.0.1:${main.port}/0`,
          passwordEnv: 'LIMITED_PASSWORD',
        },
        { id: 'idle', name: 'resting', url: `${main.url}/0` },
        { id: 'down', name: 'down', url: `redis://127.0.0.1:${closedPort}/0` },
        { id: 'locked', name: 'locked', url: `${locked.url}/0` },
        { id: 'silent', name: 'silent', url: `redis://127.0.0.1:${silentPort}/0`, production: true },
      ],
    },
  }));
  const explorer = () => new ExplorerPage(window());
  const status = () => window().page.locator('.statusbar-item[id$="redisMessaging.connection"]');

  /** Opens a branch, sees that a line is as wanted, and closes it again. */
  async function look(
    name: string,
    line: string | RegExp,
    inside: readonly (string | RegExp)[],
  ): Promise<void> {
    await explorer().expand(name);
    await explorer().waitForLine(line);
    for (const each of inside) await explorer().waitForLine(each);
    await window().screenshot(`state-${name}`);
    await explorer().collapse(name);
  }

  /** What a screen reader is told of a connection's line, and the mouse is shown. */
  async function waitUntilTold(name: string, what: RegExp): Promise<void> {
    let last = '';
    await until(stepLimitMs, `${what} of ${name}`, async () => {
      last = (await explorer().row(name).getAttribute('aria-label')) ?? '';
      return what.test(last) ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${name} says:\n${last}`, { cause: error });
    });
  }

  it('are no business of the status bar before one is used', async () => {
    await window().openSidebar();
    await explorer().waitForLine(/^resting {2}not connected · 127/);
    assert.equal(await status().count(), 0);
  });

  it('say in words what they are and how they stand', async () => {
    const address = `127.0.0.1:${main.port}/0`;
    await look('local', `local  ${address}`, ['orders  2']);
    await waitUntilTold('local', /Redis \d.*standalone, primary\s.*Latency .* ms, blocked clients: 0/s);
    await look('looks', `looks  read-only · ${address}`, ['orders  2']);
    await look('shop', `shop  production · ${address}`, ['orders  2']);
    await look('copy', `copy  replica · 127.0.0.1:${replica.port}/0`, ['orders  2']);
    await waitUntilTold(
      'copy',
      new RegExp(`Replica of 127.0.0.1:${main.port}: reads work, writes are refused`),
    );
    await look('down', /^down {2}reconnecting/, [/^Next try {2}\d+:\d\d:\d\d/, 'Try again', 'Show log']);
    await waitUntilTold('down', /reconnecting: Nothing listens at .*\n?.*Next try \d+:\d\d/s);
    await look('locked', /^locked {2}failed · 127/, ['The server asks for a', 'Enter password…']);
    await look('silent', /^silent {2}(connecting|reconnecting) · production/, []);
  });

  it('name each missing permission, and go on without it', async () => {
    await explorer().expand('limited');
    await explorer().waitForLine(/^Not permitted:/);
    await until(stepLimitMs, 'All that is missing', async () => {
      const label = await window()
        .page.locator('.monaco-list-row', { hasText: 'Not permitted' })
        .first()
        .getAttribute('aria-label');
      return /SCAN: queues and streams are not searched/.test(label ?? '') &&
        /PUBSUB: channels/.test(label ?? '') &&
        /INFO: version/.test(label ?? '')
        ? true
        : undefined;
    });
    await explorer().waitForLine('Streams  not searched');
    await explorer().waitForLine('Channels  not listed');
    await window().runCommand(commandTitle('redisMessaging.queue.push'));
    await explorer().asked('Which connection?');
    await window().pick('limited');
    await explorer().asked('Push to which queue?');
    await window().answer('orders');
    await explorer().asked('Push to orders');
    await window().answer('c');
    await explorer().waitForLine(/^orders {2}3/);
    await window().screenshot('state-limited');
  });

  it('are readable in every theme, and in a narrow sidebar', async () => {
    for (const name of ['shop', 'down', 'copy']) await explorer().expand(name);
    for (const [theme, body] of themes) {
      await window().runCommand('Preferences: Color Theme');
      await window().answer(theme);
      await window().page.locator(`.monaco-workbench.${body}`).waitFor();
      await explorer().waitForLine(/^Next try/);
      await window().openSidebar();
      await window().screenshot(`states-${theme}`);
    }
    const { page } = window();
    const edge = await page.locator('.part.sidebar').boundingBox();
    assert.ok(edge);
    await page.mouse.move(edge.x + edge.width, edge.y + 400);
    await page.mouse.down();
    await page.mouse.move(edge.x + 190, edge.y + 400, { steps: 5 });
    await page.mouse.up();
    await window().screenshot('states-narrow');
  });

  it('are chosen by a click on the status bar, which shows the chosen one', async () => {
    assert.match(await status().innerText(), /limited/);
    await status().click();
    await explorer().asked('Choose Connection');
    await window().screenshot('choose');
    const rows = window().page.locator('.quick-input-list .monaco-list-row');
    await until(stepLimitMs, 'The state of "down"', async () =>
      /reconnecting/.test((await rows.filter({ hasText: 'down' }).first().getAttribute('aria-label')) ?? '')
        ? true
        : undefined,
    );
    await rows.filter({ hasText: 'shop' }).first().click();
    await until(stepLimitMs, 'The status bar following', async () =>
      /shop.*production/.test(await status().innerText()) ? true : undefined,
    );
    assert.match((await status().getAttribute('class')) ?? '', /error-kind/);
    assert.match(
      (await status().locator('a').getAttribute('aria-label')) ?? '',
      /shop, connected, production/,
    );
    await window().screenshot('status-production');
  });

  it('that are read-only say so where a message would be written', async () => {
    await window().runCommand(commandTitle('redisMessaging.channel.subscribe'));
    await window().pick('looks');
    await window().answer('news');
    const page = new TrafficPage(window());
    await page.waitForState('live');
    await page.waitForText('.header', /looks · read-only/);
    const frame = await page.frame();
    assert.equal(await frame.locator('.publish').isDisabled(), true);
    assert.equal(await frame.locator('.combobox-text').isDisabled(), true);
    assert.match(
      (await frame.locator('.message-text').getAttribute('placeholder')) ?? '',
      /connection is read-only/,
    );
    await window().screenshot('state-read-only-panel');
    await page.close();
  });

  it('of production say so when something is sent, and ask for their name before something is taken', async () => {
    const page = window().page;
    await window().runCommand(commandTitle('redisMessaging.queue.pop'));
    await explorer().asked('Which connection?');
    await window().pick('shop');
    await explorer().asked('Pop from which queue? · PRODUCTION: shop');
    await window().pick('orders');
    await explorer().asked(/From which end/);
    await page.keyboard.press('Enter');
    await explorer().asked('PRODUCTION: shop');
    await page
      .locator('.quick-input-message', {
        hasText: /Pop the next message from the tail of orders\?.*Type .*shop/,
      })
      .waitFor();
    await window().screenshot('production-name');
    await window().tryAnswer('shopping');
    await page.locator('.quick-input-message', { hasText: 'That is not the name' }).waitFor();
    await window().screenshot('production-wrong-name');
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    assert.equal(await client.llen('orders'), 3, 'Escape takes nothing');
    await window().runCommand(commandTitle('redisMessaging.queue.pop'));
    await window().pick('shop');
    await window().pick('orders');
    await explorer().asked(/^PRODUCTION: shop/);
    await window().answer('shop');
    await until(stepLimitMs, 'The pop', async () => ((await client.llen('orders')) === 2 ? true : undefined));
    await explorer().waitForEditor('b');
    await window().runCommand(commandTitle('redisMessaging.channel.publish'));
    await window().pick('shop');
    await explorer().asked('Publish on which channel? · PRODUCTION: shop');
    await page.keyboard.press('Escape');
  });
});

describe('a connection in use', () => {
  const teardown = new Teardown();
  let redis: RedisServer;
  let client: Redis;

  async function startAgain(port: number): Promise<void> {
    redis = await startRedis({ port });
    client = new Redis(redis.url);
    client.on('error', () => undefined);
    await client.rpush('app:orders', 'first', 'second');
    await client.rpush('app:mail', 'm');
  }

  before('start Redis', async () => {
    await startAgain(await freePort());
    teardown.add('Redis', () => redis.stop());
    teardown.add('the client', async () => client.disconnect());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'inuse'),
    settings: { 'redisMessaging.explorer.refreshSeconds': 1 },
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
    },
  }));
  const explorer = () => new ExplorerPage(window());
  const status = () => window().page.locator('.statusbar-item[id$="redisMessaging.connection"]');
  const notices = () => window().page.locator('.notification-list-item');

  /** What is expanded and what is selected in the sidebar. */
  async function view(): Promise<{
    readonly expanded: readonly string[];
    readonly selected: readonly string[];
  }> {
    const labels = (rows: string) =>
      window().page.locator(`.part.sidebar ${rows} .label-name`).allInnerTexts();
    return {
      expanded: await labels('.monaco-list-row[aria-expanded="true"]'),
      selected: await labels('.monaco-list-row.selected'),
    };
  }

  async function waitForView(expected: Awaited<ReturnType<typeof view>>): Promise<void> {
    let last: Awaited<ReturnType<typeof view>> | undefined;
    await until(stepLimitMs, 'The view as it was', async () => {
      last = await view();
      return isDeepStrictEqual(last, expected) ? true : undefined;
    }).catch(() => assert.deepEqual(last, expected));
  }

  /** The view comes to be as it was before, and the panel live, with nothing done for it. */
  async function back(expected: Awaited<ReturnType<typeof view>>, panel: TrafficPage): Promise<void> {
    await explorer().waitForLine(`local  127.0.0.1:${redis.port}/0`);
    await explorer().waitForLine(/^orders {2}2/);
    await panel.waitForState('live');
    await waitForView(expected);
    await client.publish('news', 'back again');
    await panel.waitForLastRow('back again');
    await until(stepLimitMs, 'The status bar being calm', async () =>
      /warning-kind|error-kind/.test((await status().getAttribute('class')) ?? '') ? undefined : true,
    );
  }

  /** What has settled needs no notice any more. */
  async function waitForNoNotices(): Promise<void> {
    await window().showNotifications();
    await until(stepLimitMs, 'No notices', async () => ((await notices().count()) === 0 ? true : undefined));
  }

  let page: TrafficPage;
  let asItWas: Awaited<ReturnType<typeof view>>;

  it('is shown in the status bar', async () => {
    page = new TrafficPage(window());
    await page.subscribe('news');
    await explorer().waitForLine('app:  2');
    await explorer().expand('app:');
    await explorer().expand('orders');
    await explorer().waitForLine(/^next.*second$/);
    await explorer().row('mail').click();
    await explorer().waitForLine(/^next.*m$/);
    await explorer().waitForLine(/^news {2}1 subscriber/);
    asItWas = await view();
    assert.deepEqual(asItWas.selected, ['mail']);
    assert.ok(asItWas.expanded.includes('orders'));
    assert.match(await status().innerText(), /local/);
  });

  it('says why it is lost and when it tries again, and comes back with view, selection and panels', async () => {
    process.kill(redis.pid, 'SIGKILL');
    await explorer().waitForLine(/^local {2}reconnecting/);
    await explorer().waitForLine(/^Next try/);
    await until(stepLimitMs, 'The status bar warning', async () =>
      /warning-kind/.test((await status().getAttribute('class')) ?? '') ? true : undefined,
    );
    assert.match((await status().locator('a').getAttribute('aria-label')) ?? '', /local, reconnecting/);
    await explorer().waitForLine('orders  2');
    await window().screenshot('in-use-lost');
    client.disconnect();
    await redis.stop();
    await startAgain(redis.port);
    await back(asItWas, page);
    await window().screenshot('in-use-back');
  });

  it('asks once when its password was changed meanwhile, and comes back the same with the new one', async () => {
    await client.config('SET', 'requirepass', 'rotated');
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await explorer().waitForLine(/^local {2}failed/);
    await page.waitForState('failed');
    await explorer().waitForLine('Enter password…');
    await explorer().waitForLine('orders  2');
    await window().notified(/local: The server asks for a password\./);
    assert.equal(await notices().count(), 1);
    await window().screenshot('in-use-refused');
    await notices().getByRole('button', { name: 'Enter Password…' }).click();
    await window().answer('rotated');
    await back(asItWas, page);
    await waitForNoNotices();
    await window().screenshot('in-use-password-taken');
  });

  it('asks in one place only when the user connects anew', async () => {
    await client.config('SET', 'requirepass', 'once more');
    await window().runCommand(commandTitle('redisMessaging.connection.disconnect'));
    await explorer().waitForLine(/^local {2}not connected/);
    await window().runCommand(commandTitle('redisMessaging.connection.connect'));
    await explorer().asked(/The server refused user name or password/);
    await window().answer('once more');
    await explorer().waitForLine(`local  127.0.0.1:${redis.port}/0`);
    await waitForNoNotices();
  });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
