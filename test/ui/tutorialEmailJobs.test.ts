import assert from 'node:assert/strict';
import { list } from '../../src/core/redisReply';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { stepLimitMs } from '../launch/window';
import { ExplorerPage } from './explorerPage';
import { terminalOf, unbroken, untilTerminal, untilTerminals, useTutorial } from './tutorialPage';

const title = 'Tutorial: E-mail Jobs';
const jobs = 4;

describe(title, () => {
  const { window, port } = useTutorial(1_300);

  it('keep the status, and survive a worker that is killed in mid-work', async () => {
    await window().openSidebar();
    await window().runCommand(commandTitle('redisMessaging.tutorial.emailJobs'));

    await untilTerminal(window(), 'Press Enter here to go on.');
    await window().screenshot('tutorial-email-jobs');
    await untilTerminals(window(), (first) => {
      assert.equal(terminalOf(first, 'job producer #1 on').match(/→ \{"to"/g)?.length, jobs);
      assert.equal(terminalOf(first, 'RPOP email_queue · until').match(/✓ /g)?.length, jobs);
      assert.ok(unbroken(terminalOf(first, title)).includes(unbroken('status · pending · payload')));
      assert.match(terminalOf(first, title), /> HGET job:\w+-a-1 status\s+sent/);
    });

    await window().page.keyboard.press('Enter');
    const dead = await untilTerminal(window(), 'its id is in the processing list, and nowhere else.');
    const [stuck = ''] = (await texts('email_queue:processing')) ?? [];
    assert.match(stuck, /^\w+-b-1$/);
    assert.ok(dead.includes(`> HGET job:${stuck} status`));
    assert.ok(!(await texts('email_queue')).includes(stuck), 'it is in exactly one list');
    assert.equal(await text('HGET', `job:${stuck}`, 'status'), 'processing');
    await window()
      .treeItem(/reliable worker on email_queue #1 ended by SIGKILL/)
      .waitFor();
    const explorer = new ExplorerPage(window());
    await explorer.waitForLine(/^email_queue:processing {2}1\b/);
    await window().screenshot('tutorial-email-killed');

    await window().page.keyboard.press('Enter');
    await untilTerminal(window(), 'The end.');
    await window().screenshot('tutorial-email-end');
    await window()
      .treeItem(/reliable worker on email_queue #1 exited with 0 · 4 processed/)
      .waitFor();
    await untilTerminals(window(), (texts) => {
      const worker = unbroken(terminalOf(texts, 'reliable worker #1 on'));
      assert.ok(worker.includes(unbroken(`↺ ${stuck}`)), 'it says what it reclaimed');
      assert.ok(worker.includes(unbroken(`✓ ${stuck}`)), 'and that it is done');
    });
    assert.equal(await text('HGET', `job:${stuck}`, 'status'), 'sent');
    assert.deepEqual([...(await texts('email_queue')), ...(await texts('email_queue:processing'))], []);
    const statuses = await Promise.all(
      ['a', 'b'].flatMap((part) =>
        Array.from({ length: jobs }, (_, n) =>
          text('HGET', `job:${stuck.replace(/b-1$/, `${part}-${n + 1}`)}`, 'status'),
        ),
      ),
    );
    assert.deepEqual(new Set(statuses), new Set(['sent']));
    await window().page.keyboard.press('Space');
    await window().page.getByRole('tab', { name: title }).waitFor({ state: 'detached' });
  });

  it('end with their page', async () => {
    await window().runCommand(commandTitle('redisMessaging.tutorial.emailJobs'));
    await untilTerminal(window(), 'It takes an id, sets processing');
    await window().page.keyboard.press('Control+C');
    await untilTerminal(window(), 'Cancelled.');
    await until(stepLimitMs, 'The end of the workers', async () =>
      (await window()
        .treeItem(/running · /)
        .count()) === 0
        ? true
        : undefined,
    );
  });

  async function text(...command: readonly [string, ...string[]]): Promise<string> {
    return String(await port().send(command));
  }

  async function texts(queue: string): Promise<string[]> {
    return list(await port().send(['LRANGE', queue, 0, -1])).map(String);
  }
});
