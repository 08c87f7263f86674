import assert from 'node:assert/strict';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { isAlive } from '../launch/processTree';
import { type RedisServer, startRedis } from '../launch/redisServer';
import { Teardown } from '../launch/teardown';
import { tempFolder } from '../launch/tempFolder';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { useWindow } from './useWindow';

/** A window that is reloaded has to be up again within it, on a busy machine, too. */
const leaseSeconds = 20;

/** A command as a button of a row shows it. */
function buttonTitle(id: string): string {
  return commandTitle(id).replace(/^.*?: /, '');
}

describe('Workers in a window', () => {
  const teardown = new Teardown();
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis();
    teardown.add('Redis', () => redis.stop());
  });
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'workers'),
    settings: { 'redisMessaging.worker.leaseSeconds': leaseSeconds },
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: `${redis.url}/0` }],
    },
  }));

  async function pidOf(row: RegExp): Promise<number> {
    const label = await window().treeItem(row).getAttribute('aria-label');
    const pid = Number(/pid (\d+)/.exec(label ?? '')?.[1]);
    assert.ok(pid > 0, `a pid in "${label}"`);
    return pid;
  }

  /** Waits for the question, since the box before it may still be there. */
  async function asked(title: string): Promise<void> {
    await window().page.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  it('start from the palette, several at once', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.worker.start'));
    await window().pick('queue worker');
    await asked('On which queue?');
    await window().answer('task_queue');
    await asked('How many copies of the queue worker?');
    await window().answer('2');
    await window()
      .treeItem(/queue worker on task_queue, 2 running/)
      .waitFor();
    const pids = [await pidOf(/#1 running/), await pidOf(/#2 running/)];
    for (const pid of pids) assert.ok(await isAlive(pid));
    await until(stepLimitMs, 'Two terminals side by side', async () => {
      const texts = await window().terminalTexts();
      return texts.length === 2 && texts.every((text) => text.includes('BRPOP task_queue'))
        ? true
        : undefined;
    });
    await window().screenshot('workers');
  });

  it('are offered by what was clicked', async () => {
    const explorer = new ExplorerPage(window());
    const kinds = async (label: string): Promise<string[]> => {
      await explorer.chooseInMenu(label, buttonTitle('redisMessaging.worker.start'));
      await asked('Start which worker?');
      const choices = await explorer.choices();
      await window().screenshot(`worker-kinds-${label}`);
      await window().page.keyboard.press('Escape');
      await window().quickInput().waitFor({ state: 'hidden' });
      return choices.map((choice) => choice.trim());
    };
    assert.deepEqual(await kinds('task_queue'), [
      'queue producer',
      'queue worker',
      'reliable worker',
      'priority worker',
      'job producer',
      'job worker',
      'delayed scheduler',
    ]);
    assert.deepEqual(await kinds('Streams'), ['stream producer', 'stream consumer']);
    assert.deepEqual(await kinds('Channels'), ['channel publisher', 'channel subscriber']);
  });

  it('take the options that were set before they start', async () => {
    await window().runCommand(commandTitle('redisMessaging.worker.startWithOptions'));
    await window().pick('queue producer');
    await asked('On which queue?');
    await window().pick('Another name…');
    await window().answer('options_queue');
    await asked('How many copies of the queue producer?');
    await window().answer('1');
    await asked('Options of the queue producer');
    await window().pick('count');
    await asked('Messages before it ends');
    await window().tryAnswer('-1');
    await window().page.locator('.quick-input-message', { hasText: 'must be a whole number' }).waitFor();
    await window().answer('2');
    await asked('Options of the queue producer');
    await window().pick('message');
    await asked('The message');
    await window().answer('hello {n}');
    await asked('Options of the queue producer');
    await window().page.locator('.quick-input-list .monaco-list-row', { hasText: 'hello {n}' }).waitFor();
    await window().screenshot('worker-options');
    await window().page.keyboard.press('Enter');
    await window()
      .treeItem(/queue producer on options_queue, 1 ended/)
      .waitFor();
    await until(stepLimitMs, 'Its messages', async () =>
      (await window().terminalTexts()).some((text) => text.includes('hello 2') && text.includes('2 pushed'))
        ? true
        : undefined,
    );
  });

  it('listen on several channels and patterns', async () => {
    await window().runCommand(commandTitle('redisMessaging.worker.start'));
    await window().pick('channel subscriber');
    await asked('On which channels and patterns?');
    await window().quickInput().fill('news, order_*');
    await window()
      .page.locator('.quick-input-list .monaco-list-row.focused', { hasText: '1 channel, 1 pattern' })
      .waitFor();
    await window().page.keyboard.press('Enter');
    await asked('How many copies of the channel subscriber?');
    await window().answer('1');
    const row = window().treeItem(/channel subscriber on news, order_\*, 1 running/);
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: buttonTitle('redisMessaging.worker.stop') }).click();
    await window()
      .treeItem(/channel subscriber on news, order_\*, 1 ended/)
      .waitFor();
  });

  it('that have ended are dismissed all at once', async () => {
    await window().runCommand(commandTitle('redisMessaging.worker.dismiss'));
    await window().pick('All 2 that have ended');
    await window()
      .treeItem(/producer on options_queue|channel subscriber on/)
      .first()
      .waitFor({ state: 'detached' });
    assert.equal(
      await window()
        .treeItem(/running/)
        .count(),
      3,
      'those that run are still there',
    );
  });

  it('are taken over by the reloaded window, and run on for longer than their lease', async () => {
    const pids = [await pidOf(/#1 running/), await pidOf(/#2 running/)];
    const reloadedAt = Date.now();
    await window().reload();
    await window()
      .treeItem(/queue worker on task_queue, 2 running/)
      .waitFor();
    assert.deepEqual([await pidOf(/#1 running/), await pidOf(/#2 running/)], pids);
    const deadline = reloadedAt + leaseSeconds * 1_200;
    await until(leaseSeconds * 2_000, 'Outliving the lease', async () => {
      for (const pid of pids) assert.ok(await isAlive(pid));
      return Date.now() > deadline ? true : undefined;
    });
    // Its terminal was found again, too.
    await window()
      .treeItem(/#2 running/)
      .click();
    await until(stepLimitMs, 'The terminals', async () => {
      const texts = await window().terminalTexts();
      return texts.length === 2 && texts.every((text) => text.includes('BRPOP task_queue'))
        ? true
        : undefined;
    });
    await window().screenshot('workers-after-reload');
  });

  it('show with which code they ended, and start again', async () => {
    const row = window().treeItem(/#1 running/);
    await row.hover();
    await row.getByRole('button', { name: buttonTitle('redisMessaging.worker.stop') }).click();
    const ended = window().treeItem(/queue worker on task_queue #1 exited with 0/);
    await ended.waitFor();
    await ended.hover();
    await ended.getByRole('button', { name: buttonTitle('redisMessaging.worker.restart') }).click();
    await window()
      .treeItem(/queue worker on task_queue, 2 running/)
      .waitFor();
  });

  it('end when the browser was closed, although the extension host lives on', async () => {
    const pids = [await pidOf(/#1 running/), await pidOf(/#2 running/)];
    // Without a word to the server, as when a laptop is shut.
    await window().page.context().setOffline(true);
    await until(leaseSeconds * 3_000, 'Ending', async () => {
      const alive = await Promise.all(pids.map(isAlive));
      return alive.includes(true) ? undefined : true;
    });
  });
});

describe('Workers in Restricted Mode', () => {
  const teardown = new Teardown();
  after(() => teardown.finish());

  const window = useWindow(async () => ({
    folder: await tempFolder(teardown, 'restricted'),
    workspaceTrust: true,
    machineSettings: {
      'redisMessaging.connections': [{ id: 'local', name: 'local', url: 'redis://127.0.0.1:1/0' }],
    },
  }));

  it('are not started, and the reason is said with the way to trust', async () => {
    await window().openSidebar();
    const welcome = window().page.locator('.welcome-view-content', { hasText: 'no workers are started' });
    const trust = { name: 'Manage Workspace Trust' };
    await welcome.getByRole('button', trust).waitFor();
    assert.equal(await welcome.getByRole('button').count(), 1);
    await window().runCommand(commandTitle('redisMessaging.worker.start'));
    const reason = await window().notified('Workers do not run in Restricted Mode');
    await window().screenshot('workers-restricted');
    assert.deepEqual(await window().terminalTexts(), []);
    await reason.getByRole('button', trust).click();
    await window().page.locator('.workspace-trust-editor').waitFor();
  });
});
