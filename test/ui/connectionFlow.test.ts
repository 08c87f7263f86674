import assert from 'node:assert/strict';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { startTlsRedis, type TlsRedis } from '../redis/tlsRedis';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

const password = 'c4n4ry p@ss/word?#:';

describe('Adding and editing a connection', () => {
  const teardown = new Teardown();
  let open: RedisServer;
  let locked: RedisServer;
  let encrypted: TlsRedis;

  before(async () => {
    open = await startRedis();
    teardown.add('Redis', () => open.stop());
    locked = await startRedis({ args: ['--requirepass', password] });
    teardown.add('the Redis with a password', () => locked.stop());
    encrypted = await startTlsRedis({ certificate: 'good' });
    teardown.add('the Redis with TLS', () => encrypted.stop());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({ folder: await tempFolder(teardown, 'flow') }));
  const explorer = () => new ExplorerPage(window());
  const press = (key: string) => window().page.keyboard.press(key);

  async function begin(command: 'add' | 'edit'): Promise<void> {
    await window().runCommand(commandTitle(`redisMessaging.connection.${command}`));
  }

  /** Waits for a step by its number and a part of its prompt. */
  async function step(number: number, total: number, prompt: string): Promise<void> {
    await explorer().asked(`(${number}/${total})`);
    await window().page.locator('.quick-input-widget', { hasText: prompt }).waitFor();
  }

  async function typed(text: string): Promise<void> {
    await window().quickInput().fill(text);
  }

  /** Waits until the box holds what is to be changed: what is typed before goes to the one before. */
  async function holding(text: string): Promise<void> {
    await until(stepLimitMs, `A box holding ${text}`, async () =>
      (await window().quickInput().inputValue()) === text ? true : undefined,
    );
  }

  function closed(): Promise<void> {
    return window().page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  it('takes one pasted address and Enter', async () => {
    await window().openSidebar();
    await begin('add');
    await explorer().asked('Add Connection');
    await window().screenshot('flow-start');
    await typed(open.url);
    await explorer().offered(`Connect to 127.0.0.1:${open.port}`);
    await window().screenshot('flow-pasted');
    await press('Enter');
    await closed();
    await explorer().waitForLine(`127.0.0.1:${open.port}`);
    await explorer().waitForLine(/^Queues/);
    await window()
      .page.locator('.statusbar-item', { hasText: /Redis \d+\.\d+.*ms/ })
      .waitFor();
    await window().screenshot('flow-added');
  });

  it('walks through its steps, back and forth, by keyboard alone', async () => {
    await begin('add');
    await explorer().asked('Add Connection');
    await explorer().offered('Host and Port…');
    await press('ArrowDown');
    await press('Enter');
    await step(1, 6, 'Host, port and database');
    await typed(`127.0.0.1:${locked.port}x`);
    await window().page.locator('.quick-input-message', { hasText: 'The port is not a number' }).waitFor();
    await window().screenshot('flow-bad-port');
    await press('Enter');
    await typed(`127.0.0.1:${locked.port}/2`);
    await press('Enter');
    await step(2, 6, 'User name');
    await typed('default');
    await window().page.getByRole('button', { name: 'Back' }).click();
    await step(1, 6, 'Host, port and database');
    assert.equal(await window().quickInput().inputValue(), `127.0.0.1:${locked.port}/2`);
    await press('Enter');
    await step(2, 6, 'User name');
    assert.equal(await window().quickInput().inputValue(), 'default', 'what was typed is kept');
    await window().screenshot('flow-user');
    await typed('');
    await press('Enter');
    await step(3, 6, 'Password');
    await typed('wrong');
    await window().screenshot('flow-password');
    await press('Enter');
    await step(4, 6, 'No TLS');
    await window().screenshot('flow-tls');
    await press('Enter');
    await step(5, 6, 'Read-only');
    await press('ArrowDown');
    await press('Space');
    await window().screenshot('flow-traits');
    await press('Enter');
    await step(6, 6, 'Name of the connection');
    await typed('locked');
    await window().screenshot('flow-name');
    await press('Enter');
    await explorer().offered('The server refused user name or password.');
    await window().screenshot('flow-refused');
    await press('Enter');
    await window().page.locator('.quick-input-message', { hasText: 'The server refused' }).waitFor();
    await window().screenshot('flow-password-again');
    await typed(password);
    await press('Enter');
    await closed();
    await explorer().waitForLine(/^locked {2}.*127\.0\.0\.1:\d+\/2/);
  });

  it('shows in a menu what an edited connection is, and changes one thing at a time', async () => {
    await explorer().chooseInMenu('locked', 'Edit Connection…');
    await explorer().asked('Edit Connection locked');
    await explorer().offered('Test and Save');
    await window().screenshot('flow-edit');
    await window().pick('Name');
    await holding('locked');
    await typed('vault');
    await press('Enter');
    await explorer().offered('Test and Save');
    await window().pick('Database');
    await holding('2');
    await typed('0');
    await press('Enter');
    await explorer().offered('Test and Save');
    await window().screenshot('flow-edited');
    await window().pick('Test and Save');
    await closed();
    await explorer().waitForLine(/^vault {2}.*127\.0\.0\.1:\d+\/0/);
  });

  it('changes nothing after Escape', async () => {
    await explorer().waitForLine(`vault  not connected · read-only · 127.0.0.1:${locked.port}/0`);
    const names = async () => (await explorer().lines()).filter((line) => /127\.0\.0\.1/.test(line));
    const before = await names();
    await explorer().chooseInMenu('vault', 'Edit Connection…');
    await window().choice('Read-only').click();
    await window().page.locator('.quick-input-list .monaco-list-row', { hasText: 'Read-onlyno' }).waitFor();
    await press('Escape');
    await closed();
    await begin('add');
    await explorer().asked('Add Connection');
    await typed('somewhere.example');
    await press('Escape');
    await closed();
    assert.deepEqual(await names(), before);
  });

  it('finds out that the port speaks TLS, and asks for the authority', async () => {
    await begin('add');
    await explorer().asked('Add Connection');
    await window().answer(`redis://localhost:${encrypted.tlsPort}`);
    await explorer().offered('Use TLS (rediss://)');
    await window().screenshot('flow-speaks-tls');
    await press('Enter');
    await explorer().offered('was issued by an authority');
    await window().screenshot('flow-unknown-authority');
    await window().pick('Change TLS…');
    await step(1, 1, 'TLS with Own Certificates…');
    await window().pick('TLS with Own Certificates…');
    await step(2, 4, 'Certificate authority');
    await typed('/nowhere/ca.pem');
    await press('Enter');
    await window().page.locator('.quick-input-message', { hasText: 'there is no such file' }).waitFor();
    await window().screenshot('flow-no-such-file');
    await typed(`${encrypted.folder}/ca.pem`);
    await press('Enter');
    await step(3, 4, 'Client certificate');
    await press('Enter');
    await step(4, 4, 'Name in the server');
    await press('Enter');
    await closed();
    await explorer().waitForLine(`localhost:${encrypted.tlsPort}`);
  });

  it('lets a test be cancelled, and go on where it was', async () => {
    process.kill(open.pid, 'SIGSTOP');
    try {
      await begin('add');
      await explorer().asked('Add Connection');
      await window().answer(`127.0.0.1:${open.port}/3`);
      await explorer().offered(/Testing 127/);
      await window().screenshot('flow-testing');
      await window().page.getByRole('button', { name: 'Back' }).click();
      await explorer().offered('Connect to');
      assert.equal(await window().quickInput().inputValue(), `127.0.0.1:${open.port}/3`);
      await press('Escape');
      await closed();
    } finally {
      process.kill(open.pid, 'SIGCONT');
    }
    assert.ok(!(await explorer().lines()).some((line) => line.includes(`${open.port}/3`)));
  });

  it('scrolls to what was added, however little of the sidebar is to be seen', async () => {
    const { page } = window();
    await page.setViewportSize({ width: 1440, height: 320 });
    try {
      await explorer().row('vault').waitFor({ state: 'hidden' });
      await begin('add');
      await explorer().asked('Add Connection');
      await window().answer(`127.0.0.1:${open.port}/5`);
      await closed();
      const added = explorer().row(`127.0.0.1:${open.port}/5`);
      await added.waitFor();
      assert.equal(await added.getAttribute('aria-selected'), 'true');
      await window().screenshot('flow-revealed');
    } finally {
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });
});
