import assert from 'node:assert/strict';
import { commandTitle } from '../launch/commandTitle';
import { until } from '../launch/limits';
import { stepLimitMs } from '../launch/window';
import { terminalOf, unbroken, untilTerminal, untilTerminals, useTutorial } from './tutorialPage';

const title = 'Tutorial: Order Events and a Task Queue';
const tasks = 24;

describe(title, () => {
  const { window, port } = useTutorial(1_300);

  it('loses what nobody hears, keeps what waits, and drains it with three workers', async () => {
    await window().openSidebar();
    await window().runCommand('Welcome: Open Walkthrough...');
    await window().pick('Redis: Order Events and a Task Queue');
    const run = window().page.getByRole('button', { name: 'Run the Tutorial' });
    await run.waitFor();
    const page = await window().webview('h1:has-text("Events come and go")');
    await page.locator('text=Message not received?').waitFor();
    await window().screenshot('walkthrough-order-events');
    await run.click();

    await untilTerminal(window(), 'Press Enter here to go on.');
    await untilTerminal(window(), '3 published');
    await untilTerminals(window(), (shown) => {
      const early = terminalOf(shown, '"status":"created"}  nobody');
      assert.equal(unbroken(early).match(/nobodywaslistening,soRedisdiscardedit/g)?.length, 3);
      const late = terminalOf(shown, '"status":"paid"}  1 receiver');
      assert.equal(unbroken(late).match(/1receiver/g)?.length, 3);
      const subscriber = terminalOf(shown, '← {');
      assert.equal(subscriber.match(/← \{"order":\d,"status":"paid"\}/g)?.length, 3);
      assert.ok(!subscriber.includes('created'), 'it never learns of what was published before');
    });
    await window().screenshot('tutorial-order-events');

    await window().page.keyboard.press('Enter');
    await window()
      .treeItem(/queue worker on task_queue, 3 running/)
      .waitFor();
    await untilTerminal(window(), 'Each task went to exactly one worker');
    await window().screenshot('tutorial-task-queue');
    await window()
      .treeItem(/queue worker on task_queue, 3 ended/)
      .waitFor();
    assert.equal(Number(await port().send(['LLEN', 'task_queue'])), 0);
    const taken: number[] = [];
    for (const number of [1, 2, 3]) {
      await window()
        .treeItem(new RegExp(`queue worker on task_queue #${number}`))
        .click();
      const text = await until(stepLimitMs, `The terminal of worker ${number}`, async () => {
        const texts = await window().terminalTexts();
        return texts.filter((each) => each.includes('nothing is left')).length > 0 ? texts : undefined;
      });
      for (const each of text.filter((one) => one.includes('RPOP task_queue')))
        taken.push(...[...each.matchAll(/✓ \{"task":(\d+)\}/g)].map((match) => Number(match[1])));
    }
    assert.deepEqual(
      [...new Set(taken)].sort((a, b) => a - b),
      Array.from({ length: tasks }, (_, index) => index + 1),
      'every task was done',
    );

    const story = await untilTerminal(window(), 'The end.');
    await window().screenshot('tutorial-order-events-end');
    const told = story.replaceAll(/\s+/g, ' ');
    for (const claim of [
      'Message not received: nobody had subscribed, so PUBLISH answered 0 receivers',
      '> PUBLISH order_event \'{"order":1,"status":"lost"}\' (integer) 0',
      '> LLEN task_queue (integer) 24',
      'no program listens at this port',
    ]) {
      assert.ok(told.includes(claim), `The story says "${claim}":\n${story}`);
    }
    assert.match(told, /> LLEN task_queue \(integer\) 0 ▸ Each task/);
  });

  it('asks before it mixes with what is on task_queue already', async () => {
    await port().send(['LPUSH', 'task_queue', 'precious']);
    await window().runCommand(commandTitle('redisMessaging.tutorial.orderEvents'));
    await window().page.locator('.monaco-dialog-box', { hasText: 'task_queue already holds 1' }).waitFor();
    await window().pressDialogButton('Cancel');
    assert.deepEqual(await port().send(['LRANGE', 'task_queue', 0, -1]), [Buffer.from('precious')]);
  });
});
